import fc from 'fast-check';
import type { Asset, LimitDefinition, LimitPeriod } from '#domain';

import { HANDLES, type Step } from './steps/step.js';
import { Decide, Grant, RevokeGrant, SetThreshold } from './steps/approvals.js';
import { Credit, EndClearing, EndReturn, GiveBack, OpenToOthers, TakeBack } from './steps/abroad.js';
import { FOREIGN, Pay } from './steps/pay.js';
import { LapseAll, Later, type Ending } from './steps/later.js';
import { ChangeRules, CloseSession, OpenSession, SetBudget } from './steps/sessions.js';
import { ChangeAddress, PaySigned } from './steps/addresses.js';
import { ChangeLimits, RaiseCap, Register, SetStatus } from './steps/agents.js';
import { Extend, OpenWallet, Resolve, Transfer, type Place } from './steps/money.js';
import { Redeem, TERMS } from './steps/redeem.js';
import { ByScoped, Scope } from './steps/scoped.js';
import { Ask, EndRequest, PayRequest, PayRequestAbroad } from './steps/requests.js';
import { EndCycle, PassTime, TopUpWallet } from './steps/money-and-time.js';

const number = fc.nat(40);
const handle = fc.constantFrom(...HANDLES);
const asset = fc.oneof(
  { arbitrary: fc.constant<Asset>('USD'), weight: 14 },
  { arbitrary: fc.constant<Asset>('JPY'), weight: 1 },
);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, { arbitrary, weight: 1 });

const limit: fc.Arbitrary<LimitDefinition> = fc.oneof(
  fc.record(
    {
      of: fc.constant('amount' as const),
      per: fc.constantFrom('payment' as const, 'lifetime' as const, { rolling_seconds: 90 }, { rolling_seconds: 3600 }),
      maximum: fc.integer({ min: 9, max: 90 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('amount' as const, 'amount' as const, 'count' as const),
      per: fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const),
      maximum: fc.integer({ min: 3, max: 90 }).map(String),
      asset,
      time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('held' as const, 'count' as const),
      per: fc.constant('lifetime' as const),
      maximum: fc.integer({ min: 3, max: 30 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
);
/** Some of them are limits on a pair. */
const anyLimit = fc
  .tuple(limit, sometimes(fc.constantFrom('service-0', 'service-1', 'ada', 'dan')))
  .map(([definition, to]): LimitDefinition => {
    if (to === undefined) return definition;
    return to.startsWith('service') ? { ...definition, service: to } : { ...definition, payee: to };
  });
const limits = fc.uniqueArray(anyLimit, {
  maxLength: 3,
  selector: ({ of, per, asset: one, time_zone, service, payee }) =>
    JSON.stringify([of, per, one, time_zone === 'UTC' ? undefined : time_zone, service, payee]),
});
const entries = fc.record(
  {
    services: fc.subarray(['service-0', 'service-1']),
    payees: fc.subarray(['ada', 'bob', 'dan']),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const lists = fc.record({ allow: entries, deny: entries }, { requiredKeys: [], noNullPrototype: true });

const payFields = fc
  .record({
    payee: fc.oneof(
      { arbitrary: fc.nat(1), weight: 4 },
      { arbitrary: fc.nat(HANDLES.length + 1), weight: 1 },
      { arbitrary: fc.constant(FOREIGN), weight: 1 },
    ),
    amount: fc.oneof(
      { arbitrary: fc.integer({ min: 1, max: 9 }), weight: 3 },
      { arbitrary: fc.integer({ min: 1, max: 40 }), weight: 1 },
    ),
    asset,
    capture: fc.boolean(),
    session: fc.oneof({ arbitrary: number, weight: 2 }, { arbitrary: fc.constant(undefined), weight: 1 }),
    expires_in_s: fc.constantFrom(900, 60, 5),
  })
  .map((fields) => ({ ...fields, key: undefined }));
const pay = fc.tuple(handle, payFields).map(([who, fields]): Step => new Pay({ ...fields, handle: who }));

/** Few bodies and few keys, so that the same key comes again with the same body, and with another. */
const keyedPay = fc
  .record({ handle, payee: fc.constantFrom(0, 0, 0, 1), capture: fc.boolean(), key: fc.constantFrom('a', 'b') })
  .map((fields): Step => new Pay({ ...fields, amount: 4, asset: 'USD', session: undefined, expires_in_s: 60 }));

const signed = fc
  .record({
    number: fc.nat(3),
    payee: handle,
    amount: fc.integer({ min: 1, max: 9 }),
    nonce: fc.nat(12),
    attempt: fc.nat(1),
  })
  .map((fields): Step => new PaySigned(fields));
const changeAddress = fc
  .tuple(
    fc.constantFrom<'register' | 'remove'>('register', 'register', 'remove'),
    handle,
    fc.oneof({ arbitrary: fc.nat(3), weight: 4 }, { arbitrary: fc.nat(12), weight: 1 }),
  )
  .map((fields): Step => new ChangeAddress(...fields));

const later = fc
  .tuple(
    fc.constantFrom<Ending>('capture', 'capture', 'void', 'refund', 'dispatch'),
    number,
    maybe(fc.nat(20)),
    fc.boolean(),
  )
  .map(([what, which, amount, final]): Step => new Later(what, which, amount, final));
const redeem = fc
  .tuple(
    fc.constantFrom('capture' as const, 'capture' as const, 'confirm' as const, 'release' as const),
    number,
    maybe(fc.integer({ min: -1, max: 20 })),
    fc.constantFrom('a', 'b'),
    fc.oneof({ arbitrary: fc.constant(TERMS), weight: 9 }, { arbitrary: fc.constant('other terms'), weight: 1 }),
  )
  .map((fields): Step => new Redeem(...fields));
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

const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>('treasury', 'treasury', 'service-0', 'escrow', 'fees'),
  handle.map((agent): Place => ({ agent })),
);

/** Money inside the book, and what a hold may come to besides. */
const moneySteps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'escrow' | 'fees'>('escrow', 'fees'), asset)
      .map((fields): Step => new OpenWallet(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(place, place, fc.nat(40), asset).map((fields): Step => new Transfer(...fields)),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(number, fc.constantFrom(1, 60, 900, 5_000, 86_400, 32_000_000))
      .map((fields): Step => new Extend(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(number, fc.constantFrom<'captured' | 'voided'>('captured', 'captured', 'voided'), maybe(fc.nat(20)))
      .map((fields): Step => new Resolve(...fields)),
    weight: 3,
  },
);

/** What comes from another org, and what becomes of what went there. */
const abroadSteps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.nat(12), handle, fc.integer({ min: 1, max: 20 }), asset)
      .map((fields): Step => new Credit(...fields)),
    weight: 4,
  },
  { arbitrary: fc.tuple(number, maybe(fc.nat(20))).map((fields): Step => new GiveBack(...fields)), weight: 5 },
  { arbitrary: number.map((which): Step => new EndReturn(which)), weight: 2 },
  {
    arbitrary: fc.tuple(number, fc.constantFrom(true, true, false)).map((fields): Step => new EndClearing(...fields)),
    weight: 3,
  },
  { arbitrary: fc.tuple(number, fc.nat(12), fc.nat(9)).map((fields): Step => new TakeBack(...fields)), weight: 4 },
  { arbitrary: fc.constantFrom(true, true, false).map((open): Step => new OpenToOthers(open)), weight: 1 },
);

const ask = fc
  .tuple(handle, maybe(handle), fc.integer({ min: 1, max: 9 }), asset, sometimes(fc.constantFrom(30, 3_600)))
  .map((fields): Step => new Ask(...fields));

/** Money that agents ask each other for. */
const requestSteps: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: ask, weight: 5 },
  {
    arbitrary: fc
      .tuple(
        number,
        fc.constantFrom<'nothing' | 'amount' | 'payer' | 'payee' | 'capture'>(
          ...['nothing' as const, 'nothing' as const, 'nothing' as const, 'nothing' as const],
          ...['amount' as const, 'payer' as const, 'payee' as const, 'capture' as const],
        ),
        fc.record({ session: sometimes(number), key: sometimes(fc.constantFrom('a', 'b')) }, { noNullPrototype: true }),
      )
      .map((fields): Step => new PayRequest(...fields)),
    weight: 6,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'cancel' | 'decline'>('cancel', 'decline'), number)
      .map((fields): Step => new EndRequest(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(fc.nat(5), handle, fc.integer({ min: 1, max: 9 }), fc.constantFrom(true, true, true, false))
      .map((fields): Step => new PayRequestAbroad(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(fc.nat(40), handle, fc.integer({ min: 1, max: 20 }), asset, number)
      .map(([which, ...fields]): Step => new Credit(20 + which, ...fields)),
    weight: 3,
  },
);

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

/** Where every history begins: a family of agents, two trees of sessions, and money of both assets. */
export function prologue(): Step[] {
  const cap = (of: 'amount' | 'held', per: LimitPeriod, maximum: string): LimitDefinition => ({
    of,
    per,
    maximum,
    asset: 'USD',
  });
  return [
    new TopUpWallet(undefined, 100, 'JPY'),
    new Register('ada', undefined, 'treasury', [cap('amount', 'lifetime', '150')]),
    new Register('bob', 'ada', 'treasury', [cap('amount', 'day', '70'), cap('held', 'lifetime', '30')]),
    new Register('cyd', 'bob', 'treasury', [cap('amount', { rolling_seconds: 90 }, '40')]),
    new Register('dan', undefined, 'own', [cap('amount', { rolling_seconds: 3600 }, '50')]),
    new TopUpWallet('dan', 60, 'USD'),
    new OpenSession(undefined, 120, 'shared', 'USD', undefined, undefined),
    new OpenSession(0, 60, 'reserved', 'USD', undefined, undefined),
    new OpenSession(1, 50, 'shared', 'USD', undefined, undefined),
    new OpenSession(2, 30, 'reserved', 'USD', undefined, undefined),
    new OpenSession(undefined, 90, 'shared', 'USD', 'dan', undefined),
    new SetThreshold('bob', 6, 'USD'),
    new SetThreshold('dan', 4, 'USD'),
    new Grant(undefined, 0, 30, 'USD', 'day', undefined),
    new OpenWallet('escrow', 'USD'),
    ...[1, 2, 3, 4, 5, 6, 7].map((number) => new ChangeAddress('register', 'ada', number + 3)),
    new ChangeAddress('register', 'ada', 0),
    new ChangeAddress('register', 'dan', 1),
    new ChangeAddress('register', 'cyd', 2),
    new Transfer('treasury', 'escrow', 40, 'USD'),
    new Credit(0, 'dan', 20, 'USD'),
    new Credit(1, 'ada', 12, 'USD'),
    new Transfer({ agent: 'ada' }, 'treasury', 6, 'USD'),
    new Ask('bob', 'dan', 3, 'USD', undefined),
    new Ask('dan', 'ada', 5, 'USD', 3_600),
    new Ask('ada', undefined, 4, 'USD', undefined),
    new EndCycle(false),
  ];
}

/** Long after: every hold has ended, but those of which nobody knows what happened outside. */
export function everythingEnds(): Step[] {
  return [new PassTime(40 * 86_400), new LapseAll(), new EndCycle(false)];
}

export type { Step } from './steps/step.js';
