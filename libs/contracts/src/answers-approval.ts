import { approvalOfPayment, isPaymentEvent, type BookEvent, type PaymentDetails } from '#domain';
import { limitNow, limitSet } from './answers-limit.js';
import { decimal, isoTime } from './answers-money.js';
import { partyAnswer, type PartyAnswer, type RecordedEvent } from './answers-payment.js';
import { declineFields, type DeclineFields } from './errors-problem.js';
import type { APPROVAL_STATUSES } from './http/approval-requests.js';
import type { GrantView } from './wire.js';

export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** A payment that waits for an approval, or once did; as it stands in a list. Money as decimal strings. */
export interface ListedApproval {
  approval_id: string;
  payment_id: string;
  status: ApprovalStatus;
  amount: string;
  currency: string;
  payer: { agent_id: string; handle: string | null };
  payee: PartyAnswer | { agent_id: string; handle: string | null };
  session_id: string | null;
  labels: Readonly<Record<string, string>>;
  protocol: string;
  category: string | null;
  requested_at: string;
  /** While it is pending, when it is voided by itself; null afterwards. */
  expires_at: string | null;
}

/** The same with what was decided about it. */
export interface ApprovalAnswer extends ListedApproval {
  /** True: captured as soon as it is approved. */
  capture: boolean;
  /** The threshold that made it wait: whose, and how much. */
  above: { scope: { kind: string; id: string }; amount: string };
  /** Key or owner that ended the waiting. */
  decided_by: string | null;
  decided_at: string | null;
  explanation?: string;
  /** Approvals that a rule has refused, oldest first. */
  refusals: { by: string; recorded_at: string; decline: DeclineFields }[];
  /** Of the last event that concerns it. */
  position: string;
}

export function renderPendingApproval(details: PaymentDetails, expiresAt: number): ListedApproval {
  return {
    approval_id: approvalOfPayment(details.payment_id),
    payment_id: details.payment_id,
    status: 'pending',
    amount: decimal(details.amount, details.asset),
    currency: details.asset,
    payer: { agent_id: details.payer.agent_id, handle: details.payer.handle },
    payee: partyAnswer(details.payee),
    session_id: details.session_id ?? null,
    labels: details.labels,
    protocol: details.protocol,
    category: details.category ?? null,
    requested_at: new Date(details.authorized_at).toISOString(),
    expires_at: isoTime(expiresAt),
  };
}

/** From all events of the payment, oldest first; undefined where it never waited. */
export function renderApproval(recorded: readonly RecordedEvent[]): ApprovalAnswer | undefined {
  const first = recorded[0];
  if (first?.event.type !== 'payment.pending_approval') return undefined;
  const { event } = first;
  const answer: ApprovalAnswer = {
    ...renderPendingApproval(event, event.expires_at),
    capture: event.capture,
    above: { scope: event.above.scope, amount: decimal(event.above.amount, event.asset) },
    decided_by: null,
    decided_at: null,
    refusals: [],
    position: first.position,
  };
  for (const { event: later, position } of recorded.slice(1)) {
    if (answer.status !== 'pending') break;
    answer.position = position;
    if (later.type === 'payment.approval_refused') {
      const recorded_at = new Date(later.time).toISOString();
      answer.refusals.push({ by: later.by, recorded_at, decline: declineFields(later.decline) });
      continue;
    }
    answer.status = statusAfter(later);
    answer.decided_by = later.by;
    answer.decided_at = new Date(later.time).toISOString();
    answer.expires_at = null;
    if (later.type === 'payment.voided') answer.explanation = later.explanation;
  }
  return answer;
}

/** What ends the waiting, and how. */
function statusAfter(event: BookEvent): ApprovalStatus {
  if (event.type === 'payment.approved') return 'approved';
  if (event.type !== 'payment.voided') throw new Error(`${event.type} ends no waiting`);
  if (event.reason === 'approval_denied') return 'denied';
  return event.reason === 'approval_expired' ? 'expired' : 'voided';
}

/** The answer to approving or denying: a pure function of the event. */
export function renderApprovalStep(event: BookEvent, position: string) {
  if (!isPaymentEvent(event) || event.approval_id === undefined || event.type === 'payment.pending_approval')
    throw new Error(`${event.type} decides about no approval`);
  return {
    approval_id: event.approval_id,
    payment_id: event.payment_id,
    status: statusAfter(event),
    /** What the payment is from then on. */
    payment_status: paymentStatusAfter(event),
    amount: decimal(event.amount, event.asset),
    currency: event.asset,
    /** Of the hold; null where there is none any more. */
    expires_at: event.type === 'payment.approved' ? isoTime(event.expires_at) : null,
    decided_at: new Date(event.time).toISOString(),
    position,
    policy_version: event.type === 'payment.approved' ? event.policy : undefined,
  };
}

function paymentStatusAfter(event: BookEvent): 'captured' | 'authorized' | 'voided' {
  if (event.type !== 'payment.approved') return 'voided';
  return event.capture ? 'captured' : 'authorized';
}

export function renderGrant(view: GrantView) {
  return {
    grant_id: view.grant_id,
    agent: view.agent ?? null,
    payee: partyAnswer(view.payee),
    limit: limitNow(view.limit),
    expires_at: isoTime(view.expires_at),
    policy_version: view.policy_version,
  };
}

/** A pure function of the event. */
export function renderGrantCreated(event: BookEvent, position: string) {
  if (event.type !== 'approval.grant_created') throw new Error(`A grant is not created by ${event.type}`);
  return {
    grant_id: event.grant_id,
    agent_id: event.agent_id ?? null,
    payee: partyAnswer(event.payee),
    limit: limitSet(event.limit),
    expires_at: isoTime(event.expires_at),
    created_at: isoTime(event.time),
    position,
  };
}

export function renderGrantRevoked(event: BookEvent, position: string) {
  if (event.type !== 'approval.grant_revoked') throw new Error(`A grant is not revoked by ${event.type}`);
  return { grant_id: event.grant_id, status: 'revoked' as const, revoked_at: isoTime(event.time), position };
}

export type ApprovalStepAnswer = ReturnType<typeof renderApprovalStep>;
export type GrantAnswer = ReturnType<typeof renderGrant>;
export type GrantCreatedAnswer = ReturnType<typeof renderGrantCreated>;
export type GrantRevokedAnswer = ReturnType<typeof renderGrantRevoked>;
