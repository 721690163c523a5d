import fc from 'fast-check';
import { HANDLES, type Step } from '../steps/step.js';
import { Decide, Grant, RevokeGrant, SetThreshold } from '../steps/approvals.js';
import { LapseAll } from '../steps/later.js';
import { ChangeRules, CloseSession, OpenSession, SetBudget } from '../steps/sessions.js';
import { ChangeLimits, RaiseCap, Register, SetStatus } from '../steps/agents.js';
import { ByScoped, Scope } from '../steps/scoped.js';
import { EndCycle, PassTime, TopUpWallet } from '../steps/money-and-time.js';
import { asset, handle, maybe, number, sometimes } from './fields.js';
import { limits, lists } from './rules.js';
import { changeAddress, keyedPay, later, pay, payFields, redeem, signed } from './payments.js';
import { moneySteps } from './money.js';
import { abroadSteps } from './abroad.js';
import { requestSteps } from './requests.js';

const openSession = fc
  .tuple(
    maybe(number),
    fc.integer({ min: 0, max: 80 }),
    fc.constantFrom<'shared' | 'reserved'>('shared', 'reserved'),
    asset,
    sometimes(fc.oneof({ arbitrary: handle, weight: 4 }, { arbitrary: fc.constant('escrow'), weight: 1 })),
    sometimes(fc.constantFrom(60, 3600)),
    fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: limits, weight: 1 }),
    sometimes(lists),
  )
  .map((fields): Step => new OpenSession(...fields));

/** A step of a random history; payments and their ends are most of them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: pay, weight: 34 },
  { arbitrary: keyedPay, weight: 5 },
  { arbitrary: signed, weight: 8 },
  { arbitrary: changeAddress, weight: 3 },
  { arbitrary: later, weight: 24 },
  { arbitrary: redeem, weight: 14 },
  { arbitrary: moneySteps, weight: 11 },
  { arbitrary: abroadSteps, weight: 14 },
  { arbitrary: requestSteps, weight: 12 },
  { arbitrary: openSession, weight: 4 },
  { arbitrary: number.map((which): Step => new CloseSession(which)), weight: 2 },
  {
    arbitrary: fc
      .tuple(number, fc.nat(80), fc.boolean())
      .map(([which, budget, topUp]): Step => new SetBudget(which, budget, topUp)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(
        handle,
        sometimes(handle),
        fc.constantFrom<'treasury' | 'own'>('treasury', 'treasury', 'own'),
        limits,
        sometimes(lists),
      )
      .map((fields): Step => new Register(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(handle, sometimes(number), fc.integer({ min: 0, max: 40 }))
      .map((fields): Step => new Scope(...fields)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(
        number,
        fc.oneof(
          { arbitrary: payFields, weight: 6 },
          {
            arbitrary: fc.constantFrom('raise' as const, 'raise' as const, 'freeze' as const, 'revoke' as const),
            weight: 1,
          },
        ),
      )
      .map((fields): Step => new ByScoped(...fields)),
    weight: 7,
  },
  { arbitrary: fc.tuple(handle, limits, fc.boolean()).map((fields): Step => new ChangeLimits(...fields)), weight: 3 },
  {
    arbitrary: fc.tuple(maybe(number), limits, sometimes(lists)).map((fields): Step => new ChangeRules(...fields)),
    weight: 2,
  },
  {
    arbitrary: fc.tuple(handle, fc.integer({ min: 1, max: 20 })).map((fields): Step => new RaiseCap(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'freeze' | 'unfreeze' | 'revoke'>('freeze', 'unfreeze', 'unfreeze', 'revoke'), handle)
      .map((fields): Step => new SetStatus(...fields)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(maybe(handle), fc.integer({ min: 1, max: 50 }), asset)
      .map((fields): Step => new TopUpWallet(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .constantFrom(1, 1, 5, 5, 61, 61, 1200, 3600, 40_000, 86_400, 700_000, -30)
      .map((seconds): Step => new PassTime(seconds)),
    weight: 8,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'approve' | 'deny'>('approve', 'approve', 'approve', 'deny'), number)
      .map((fields): Step => new Decide(...fields)),
    weight: 8,
  },
  {
    arbitrary: fc
      .tuple(fc.oneof(handle, number, fc.constant(undefined)), fc.oneof(fc.nat(8), fc.constant(undefined)), asset)
      .map((fields): Step => new SetThreshold(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(
        maybe(handle),
        fc.oneof({ arbitrary: fc.nat(1), weight: 3 }, { arbitrary: fc.nat(HANDLES.length + 1), weight: 1 }),
        fc.integer({ min: 3, max: 30 }),
        asset,
        fc.constantFrom<'day' | 'lifetime'>('day', 'lifetime'),
        sometimes(fc.constantFrom(60, 3600)),
      )
      .map((fields): Step => new Grant(...fields)),
    weight: 3,
  },
  { arbitrary: number.map((which): Step => new RevokeGrant(which)), weight: 1 },
  { arbitrary: fc.constant<Step>(new LapseAll()), weight: 3 },
  { arbitrary: fc.boolean().map((written): Step => new EndCycle(!written)), weight: 4 },
);
