import type { AuthorizePayment, Credential } from '../commands/index.js';
import type { Decline } from '../declines.js';
import {
  paymentDetails,
  type BookEvent,
  type PaymentAuthorized,
  type PaymentDeclined,
  type PaymentPendingApproval,
  type PaymentTransferred,
} from '../events/index.js';
import type { Facts } from '../facts.js';
import { hexOf } from '../accounts.js';
import type { BookState } from '../state/index.js';
import type { DecideSettings } from './context.js';
import { explain, wouldBe, type Explained, type Explanation } from './explain.js';

/** What decides a payment. */
export type PaymentDecision = PaymentAuthorized | PaymentTransferred | PaymentPendingApproval | PaymentDeclined;

export interface PastExplanation extends Explanation {
  /** False: on the book as it was, this code decides otherwise. The verdict is the recorded one, the rules are this code's. */
  reproduced: boolean;
}

/** The same command asks for nothing that only the log knows: its key is left out. */
const NO_FACTS: Facts = {
  boundKey: () => null,
  finishedPayment: () => null,
  creditedPayment: () => null,
  requestHistory: () => null,
  usage: () => undefined,
  decidedPayments: () => [],
};

export function isPaymentDecision(event: BookEvent): event is PaymentDecision {
  switch (event.type) {
    case 'payment.authorized':
    case 'payment.transferred':
    case 'payment.pending_approval':
    case 'payment.declined':
      return true;
    default:
      return false;
  }
}

/**
 * Explains a decision that was taken long ago: the dry run of the same payment, on the book as it was just before. `state` is
 * that book; the command is put together from what was recorded.
 */
export function explainPast(state: BookState, event: PaymentDecision, settings: DecideSettings): PastExplanation {
  const recorded = { would: wouldBe(event), ...(event.type === 'payment.declined' ? { decline: event.decline } : {}) };
  let told: Explanation | undefined;
  for (const command of commandsOf(state, event)) {
    const { explanation, reproduced } = compared(explain(state, NO_FACTS, command, event.time, settings), recorded);
    if (reproduced) return { ...explanation!, ...policyOf(event), reproduced };
    told ??= explanation;
  }
  const { decline: _decided, ...asToldNow } = told ?? { time: event.time, payment: paymentDetails(event), rules: [] };
  return { ...asToldNow, ...recorded, ...policyOf(event), reproduced: false };
}

interface Recorded {
  would: Explanation['would'];
  decline?: Decline;
}

function compared(answer: Explained, { would, decline }: Recorded): { explanation?: Explanation; reproduced: boolean } {
  if (answer.kind !== 'explained') return { reproduced: false };
  const { explanation } = answer;
  return { explanation, reproduced: explanation.would === would && isSame(explanation.decline, decline) };
}

function isSame(one: Decline | undefined, other: Decline | undefined): boolean {
  if (!one || !other) return one === other;
  const { scope, ...figures } = one;
  const names = new Set([...Object.keys(figures), ...Object.keys(other)]);
  names.delete('scope');
  return (
    scope.kind === other.scope.kind &&
    scope.id === other.scope.id &&
    [...names].every((name) => one[name as keyof Decline] === other[name as keyof Decline])
  );
}

function policyOf({ policy }: PaymentDecision): { policy_version?: number } {
  return policy === undefined ? {} : { policy_version: policy };
}

/** What may have been asked: more than one where the record leaves something open, the likelier first. */
function commandsOf(state: BookState, event: PaymentDecision): AuthorizePayment[] {
  return capturesOf(event).flatMap((capture) =>
    credentialsOf(state, event).map((credential) => commandOf(event, credential, capture)),
  );
}

/** Refusals of before there were versions do not say whether they were to be captured at once. */
function capturesOf(event: PaymentDecision): boolean[] {
  switch (event.type) {
    case 'payment.authorized':
      return [false];
    case 'payment.transferred':
      return [true];
    case 'payment.pending_approval':
      return [event.capture];
    case 'payment.declined':
      return event.policy === undefined ? [false, true] : [event.capture ?? false];
  }
}

/** Who acted, as the book knew it then. That a session's token narrowed an agent's is not recorded, but shows. */
function credentialsOf(state: BookState, { by, session_id }: PaymentDecision): Credential[] {
  if (by.startsWith('ses_')) return [{ subject: by, proof: proofOf(state, by) }];
  const plain: Credential = { subject: by, proven_by: by === 'owner' ? 'owner' : 'bus' };
  const token = state.agents.get(by)?.tokens[0];
  if (!token || session_id === undefined) return [plain];
  const session = { subject: session_id, proof: proofOf(state, session_id) };
  return [plain, { subject: by, proof: token.hash, session }];
}

function proofOf(state: BookState, sessionId: string): string {
  return state.sessions.get(sessionId)?.token_hash ?? '';
}

function commandOf(event: PaymentDecision, credential: Credential, capture: boolean): AuthorizePayment {
  const { payee } = event;
  return {
    type: 'payment.authorize',
    org: event.org,
    credential,
    fresh_id: hexOf(event.payment_id),
    agent: event.payer.agent_id,
    payee: payeeOf(payee),
    amount: BigInt(event.amount),
    asset: event.asset,
    capture,
    protocol: event.protocol,
    ...(event.type === 'payment.declined' && event.decline.code === 'approval_required' ? { no_waiting: true } : {}),
    labels: event.labels,
    ...(event.session_id === undefined ? {} : { session_id: event.session_id }),
    ...(event.category === undefined ? {} : { category: event.category }),
  };
}

function payeeOf(payee: PaymentDecision['payee']): AuthorizePayment['payee'] {
  if ('service' in payee) return payee;
  return 'payee_org' in payee ? { agent: payee.handle, org: payee.payee_org } : { agent: payee.agent_id };
}
