import type { LimitDefinition, LimitPeriod } from '#domain';
import type { Step } from './steps/step.js';
import { Grant, SetThreshold } from './steps/approvals.js';
import { Credit } from './steps/abroad.js';
import { LapseAll } from './steps/later.js';
import { OpenSession } from './steps/sessions.js';
import { ChangeAddress } from './steps/addresses.js';
import { Register } from './steps/agents.js';
import { OpenWallet, Transfer } from './steps/money.js';
import { Ask } from './steps/requests.js';
import { EndCycle, PassTime, TopUpWallet } from './steps/money-and-time.js';

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
