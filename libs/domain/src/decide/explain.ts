import type { AuthorizePayment } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { BookEvent, PaymentDetails } from '../events/index.js';
import type { BoundKey, Facts, MissingFacts } from '../facts.js';
import { bookInfo, type BookState } from '../state/index.js';
import { actorId, authenticate } from './authority.js';
import { preparePayment } from './prepare-payment.js';
import type { DecideSettings, Decision } from './context.js';
import { decide } from './index.js';
import { rulesOf } from './explain-rules.js';
import type { ExplainedRule } from './explained-rule.js';

/** What a payment would be answered now. `pending_approval`: it would wait for a person. */
export type Would = 'captured' | 'authorized' | 'declined' | 'pending_approval' | 'replay' | 'conflict';

export interface Explanation {
  would: Would;
  /** Book time at which this would be decided. */
  time: number;
  /** The rule that binds, or the conflict. */
  decline?: Decline;
  /** What was decided for the key before. */
  bound?: BoundKey;
  /** Who would pay whom, from where and under which labels; the payer has no id yet where this would be its first use. */
  payment?: Omit<PaymentDetails, 'payment_id' | 'authorized_at'> & { newcomer?: true };
  /** The version of the rules; absent where it would be the payer's first use, whose rules are not set yet. */
  policy_version?: number;
  /** Every rule that the payment meets, in the order in which they bind. */
  rules: readonly ExplainedRule[];
}

export type Explained =
  | { kind: 'explained'; explanation: Explanation }
  | { kind: 'refuse'; refusal: Decline }
  | { kind: 'needs'; missing: MissingFacts };

/**
 * The dry run: what `decide` would decide now, by `decide` itself, with every rule's figures beside it. Nothing changes, no key
 * is bound, and an agent that the org has never seen is explained without being registered.
 */
export function explain(
  state: BookState,
  facts: Facts,
  command: AuthorizePayment,
  clock: number,
  settings: DecideSettings,
): Explained {
  const decision = decide(state, facts, command, clock, settings);
  const time = Math.max(clock, bookInfo(state).time);
  switch (decision.kind) {
    case 'needs':
      return decision;
    case 'refuse':
      if (decision.refusal.code !== 'idempotency_key_conflict') return decision;
      return explained({ would: 'conflict', time, decline: decision.refusal, rules: [] });
    case 'replay':
      return explained({ would: 'replay', time, bound: decision.bound, ...policyOf(decision.bound.event), rules: [] });
    case 'record':
      return explained({ time, ...explainRecorded(state, facts, command, time, settings, decision) });
  }
}

function explained(explanation: Explanation): Explained {
  return { kind: 'explained', explanation };
}

function explainRecorded(
  state: BookState,
  facts: Facts,
  command: AuthorizePayment,
  now: number,
  settings: DecideSettings,
  decision: Extract<Decision, { kind: 'record' }>,
): Omit<Explanation, 'time'> {
  const event = decision.events[decision.primary]!;
  const actor = authenticate(state, command, now);
  const prepared = preparePayment({ state, facts, command, now, settings, by: actorId(actor) }, actor);
  if ('bound' in prepared) throw new Error('a key that decides nothing anew was decided anew');
  const { payment_id: _id, authorized_at: _at, ...payment } = prepared.details;
  const rules = rulesOf(state, actor, prepared, settings);
  return {
    would: wouldBe(event),
    ...(event.type === 'payment.declined' ? { decline: event.decline } : {}),
    payment: prepared.registration ? { ...payment, newcomer: true } : payment,
    ...(prepared.registration ? {} : policyOf(event)),
    rules,
  };
}

function policyOf(event: BookEvent): { policy_version?: number } {
  return 'policy' in event ? { policy_version: event.policy } : {};
}

/** What neither moves money nor holds it for the payee nor is refused waits for a person. */
export function wouldBe(event: BookEvent): Would {
  switch (event.type) {
    case 'payment.transferred':
      return 'captured';
    case 'payment.authorized':
      return 'authorized';
    case 'payment.declined':
      return 'declined';
    default:
      return 'pending_approval';
  }
}
