import { errorOf, type SettlementAnswer, type SettlementOutcome } from '#contracts';
import { Answered } from '../refused.js';
import { CallFailed, type Failure } from './facilitator-call.js';

/** Codes that the protocol has a word for; the others stand as they are. */
const REASONS: Readonly<Record<string, string>> = {
  hold_expired: 'payment_expired',
  payment_not_capturable: 'invalid_transaction_state',
  payment_dispatched: 'invalid_transaction_state',
  payment_not_redeemable: 'invalid_payload',
  payment_not_found: 'invalid_payload',
  capture_exceeds_hold: 'invalid_payment_requirements',
  outcome_unknown: 'settlement_pending',
};

const OUTCOMES: Readonly<Record<string, SettlementOutcome>> = {
  credential_missing: 'unauthorized',
  credential_invalid: 'unauthorized',
  role_not_allowed: 'forbidden',
  agent_not_own: 'forbidden',
  // Dropped undecided.
  deadline_passed: 'unavailable',
};

/**
 * What a call to the facilitator failed with, whoever said so. A fault of ours is none of these, and goes on. `known` is what is
 * known of the payment by then.
 */
export function failureOf(thrown: unknown, known: Partial<Failure> = {}): Failure {
  if (thrown instanceof CallFailed) return { ...known, ...thrown.failure };
  if (!(thrown instanceof Answered)) throw thrown;
  const code = codeOf(thrown.answer);
  const outcome = outcomeOf(thrown.answer, code);
  return { ...known, ...about(thrown.answer), reason: REASONS[code] ?? code, message: errorOf(code).title, outcome };
}

function outcomeOf(answer: SettlementAnswer, code: string): SettlementOutcome {
  if (answer.kind !== 'unavailable') return OUTCOMES[code] ?? 'ok';
  return errorOf(answer.code).status === 429 ? 'throttled' : 'unavailable';
}

/** The payment that a refusal names, or how long an owner asks to wait. */
function about(answer: SettlementAnswer): Partial<Failure> {
  if (answer.kind === 'unavailable')
    return answer.retry_after_ms === undefined ? {} : { retry_after_ms: answer.retry_after_ms };
  const scope = answer.kind === 'refused' ? answer.refusal.scope : undefined;
  return scope?.kind === 'payment' ? { payment_id: scope.id } : {};
}

function codeOf(answer: SettlementAnswer) {
  if (answer.kind === 'done') throw new Error('An answer that is done is no failure');
  return answer.kind === 'refused' ? answer.refusal.code : answer.code;
}
