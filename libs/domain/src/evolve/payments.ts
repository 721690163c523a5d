import {
  paymentDetails,
  type OpenedWindow,
  type PaymentAuthorized,
  type PaymentCaptured,
  type PaymentDispatched,
  type PaymentEvent,
  type PaymentExpired,
  type PaymentExtended,
  type PaymentOutcomeUnknown,
  type PaymentRefunded,
  type PaymentTransferred,
  type PaymentVoided,
  type Posting,
} from '../events/index.js';
import { usageChange } from '../facts.js';
import { NO_TOTALS } from '../usage.js';
import { countInBreakers } from './breakers.js';
import type { BookState, OpenPayment } from '../state/index.js';
import { approved, waitForApproval, waitNoMore } from './approvals.js';
import { chargeAgents } from './charges.js';
import { chargeGrant } from './grants.js';
import { openClearing } from './clearing.js';
import { applyPostings } from './postings.js';
import { chargeSessions } from './sessions.js';

export function evolvePayment(state: BookState, event: PaymentEvent): void {
  switch (event.type) {
    case 'payment.authorized':
      return authorized(state, event);
    case 'payment.transferred':
      return transferred(state, event);
    case 'payment.pending_approval':
      move(state, event, event.windows);
      return waitForApproval(state, event);
    case 'payment.approved':
      return approved(state, event);
    case 'payment.captured':
      return captured(state, event);
    case 'payment.voided':
    case 'payment.expired':
      return released(state, event);
    case 'payment.dispatched':
    case 'payment.outcome_unknown':
      return advanced(state, event);
    case 'payment.extended':
      return extended(state, event);
    case 'payment.refunded':
      return refunded(state, event);
    case 'payment.declined':
      return countInBreakers(state, event, NO_TOTALS, []);
    case 'payment.approval_refused':
    case 'payment.capture_refused':
    case 'payment.refund_refused':
      return;
  }
}

function authorized(state: BookState, event: PaymentAuthorized): void {
  move(state, event, event.windows);
  state.payments.set(event.payment_id, {
    id: event.payment_id,
    details: paymentDetails(event),
    status: event.unknown_at === undefined ? 'authorized' : 'dispatched',
    held: BigInt(event.amount),
    captured: 0n,
    expires_at: event.expires_at,
    unknown_at: event.unknown_at,
  });
}

function transferred(state: BookState, event: PaymentTransferred): void {
  move(state, event, event.windows);
  openClearing(state, event, event.amount);
}

function captured(state: BookState, event: PaymentCaptured): void {
  const payment = open(state, event.payment_id);
  move(state, event);
  openClearing(state, event, event.captured);
  if (event.final) return state.payments.delete(payment.id);
  payment.held -= BigInt(event.captured) + BigInt(event.released);
  payment.captured = BigInt(event.captured_total);
}

function released(state: BookState, event: PaymentVoided | PaymentExpired): void {
  const payment = open(state, event.payment_id);
  if (payment.status === 'pending_approval') waitNoMore(state, event);
  move(state, event);
  state.payments.delete(payment.id);
}

function advanced(state: BookState, event: PaymentDispatched | PaymentOutcomeUnknown): void {
  const payment = open(state, event.payment_id);
  payment.status = event.type === 'payment.dispatched' ? 'dispatched' : 'outcome_unknown';
  if (event.type === 'payment.dispatched') payment.unknown_at = event.unknown_at;
}

function extended(state: BookState, event: PaymentExtended): void {
  open(state, event.payment_id).expires_at = event.expires_at;
}

/** A refund gives back the totals, the session and the window of the original authorization, and no other (D5). */
function refunded(state: BookState, event: PaymentRefunded): void {
  move(state, event);
  if (event.reversed !== undefined) state.clearings.delete(event.payment_id);
}

/** Money by the postings, and what the event changes in the figures of every scope of its payment. */
function move(
  state: BookState,
  event: PaymentEvent & { postings: readonly Posting[] },
  windows: readonly OpenedWindow[] = [],
): void {
  const change = usageChange(event);
  applyPostings(state, event.postings);
  chargeAgents(state, event, change, windows);
  chargeSessions(state, event, change, windows);
  if (event.grant_id !== undefined) chargeGrant(state, event.grant_id, event, change, windows);
  countInBreakers(state, event, change, windows);
}

function open(state: BookState, paymentId: string): OpenPayment {
  const payment = state.payments.edit(paymentId);
  if (!payment) throw new Error(`no open hold for ${paymentId}`);
  return payment;
}
