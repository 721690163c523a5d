import { ASSETS, isPaymentEvent, type Asset, type BookEvent, type ClearingCredited, type Decline } from '#domain';
import { renderIncomingPayment } from './answers-incoming-payment.js';
import { receiptId, renderPayment, type RecordedEvent } from './answers-payment.js';
import { declineFields } from './errors-problem.js';
import type {
  Evidence,
  IncomingReceipt,
  PaymentReceipt,
  ReceiptClaims,
  ReceiptDecline,
  ReceiptHead,
} from './receipt-claims.js';
import type { PaymentSurroundings } from './wire.js';

/** Of refunds and of refused steps a receipt names at most so many, the latest; the sums count all. */
const LISTED_MAXIMUM = 100;

/** An event with the hash that it has in the log's chain, as hex digits. */
export interface ProvenEvent extends RecordedEvent {
  event_hash: string;
}

/**
 * The claims of a payment's receipt, from all that one book has recorded of it, oldest first. Pure: the same facts give the same
 * claims for ever, whoever reads them. Throws where the first of the events is missing.
 */
export function renderReceipt(
  recorded: readonly ProvenEvent[],
  surroundings: PaymentSurroundings,
  issuer: string,
): ReceiptClaims {
  const first = recorded[0]?.event;
  if (first?.type === 'clearing.credited') return incomingReceipt(first, recorded, issuer);
  return paymentReceipt(recorded, surroundings, issuer);
}

function paymentReceipt(
  recorded: readonly ProvenEvent[],
  { session_path = [], on_behalf_of }: PaymentSurroundings,
  issuer: string,
): PaymentReceipt {
  // Field by field: what is added to the answers about a payment must not change receipts that were given out.
  const state = renderPayment(recorded);
  const head = headOf(recorded, issuer, state);
  const first = recorded[0]!.event;
  const declined = first.type === 'payment.declined';
  return {
    receipt_id: head.receipt_id,
    payment_id: head.payment_id,
    iss: head.iss,
    iat: head.iat,
    org: head.org,
    currency: head.currency,
    decimals: head.decimals,
    asset: head.asset,
    recorded_at: head.recorded_at,
    decided: head.decided,
    recorded: head.recorded,
    refusals: head.refusals,
    book: 'payer',
    status: state.status,
    amount: state.amount,
    amount_held: state.amount_held,
    amount_captured: state.amount_captured,
    amount_refunded: state.amount_refunded,
    payer: state.payer,
    on_behalf_of,
    payee: state.payee,
    protocol: state.protocol,
    session_id: state.session_id,
    session_path,
    labels: state.labels,
    category: state.category,
    request_id: state.request_id,
    memo_hash: 'memo_hash' in first ? first.memo_hash : undefined,
    decided_at: state.decided_at,
    within_cap: !declined,
    decline: declined ? declineOf(first.decline) : undefined,
    policy_version: state.policy_version,
    terms_hash: isPaymentEvent(first) ? first.terms_hash : undefined,
    settlement: state.settlement,
    refunds: state.refunds.slice(-LISTED_MAXIMUM),
  };
}

function incomingReceipt(first: ClearingCredited, recorded: readonly ProvenEvent[], issuer: string): IncomingReceipt {
  const state = renderIncomingPayment(first, recorded);
  return {
    ...headOf(recorded, issuer, state),
    book: 'payee',
    status: state.status,
    amount: state.amount,
    amount_refunded: state.amount_refunded,
    payer: state.payer,
    payee: state.payee,
    request_id: state.request_id,
    decided_at: state.credited_at,
    refunds: state.refunds.slice(-LISTED_MAXIMUM),
  };
}

function headOf(
  recorded: readonly ProvenEvent[],
  issuer: string,
  { payment_id, currency }: { payment_id: string; currency: Asset },
): Omit<ReceiptHead, 'decided_at'> {
  const first = recorded[0]!;
  const last = recorded.at(-1)!;
  const refused = recorded.slice(1).filter(isRefusal);
  return {
    receipt_id: receiptId(payment_id),
    payment_id,
    iss: issuer,
    iat: Math.floor(last.event.time / 1000),
    org: first.event.org,
    currency,
    decimals: ASSETS[currency].scale,
    asset: currency,
    recorded_at: isoOf(last.event.time),
    decided: evidenceOf(first),
    recorded: evidenceOf(last),
    refusals: refused.slice(-LISTED_MAXIMUM).map(({ event, ...one }) => ({
      ...evidenceOf(one),
      type: event.type,
      recorded_at: isoOf(event.time),
      decline: declineOf(event.decline),
    })),
  };
}

function isRefusal(one: ProvenEvent): one is ProvenEvent & { event: BookEvent & { decline: Decline } } {
  return 'decline' in one.event;
}

function evidenceOf({ position, event_hash }: Evidence): Evidence {
  return { position, event_hash };
}

function declineOf(decline: Decline): ReceiptDecline {
  const { retryable: _retryable, action: _action, ...figures } = declineFields(decline);
  return figures;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
