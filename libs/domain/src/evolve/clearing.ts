import { paymentDetails, type BookEvent, type ClearingRefunded, type PaymentDetails } from '../events/index.js';
import type { UnitsText } from '../money.js';
import type { BookState } from '../state/index.js';
import { applyPostings } from './postings.js';

type ClearingEvent = Extract<BookEvent, { type: `clearing.${string}` }>;

export function evolveClearing(state: BookState, event: ClearingEvent): void {
  switch (event.type) {
    case 'clearing.settled':
      return state.clearings.delete(event.payment_id);
    case 'clearing.credited':
      return applyPostings(state, event.postings);
    case 'clearing.refunded':
      return openReturn(state, event);
    case 'clearing.returned':
      return state.returns.delete(event.refund_id);
    case 'clearing.refused':
    case 'clearing.refund_refused':
      return;
  }
}

/** What is given back is on its way from here on. */
function openReturn(state: BookState, event: ClearingRefunded): void {
  applyPostings(state, event.postings);
  const { refund_id, payment_id, source, payee, refunded, asset, reason } = event;
  state.returns.set(refund_id, {
    id: refund_id,
    payment_id,
    payer_org: source.source_org,
    payee,
    amount: BigInt(refunded),
    asset,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** What was captured for an agent of another book is on its way from here on (D15). */
export function openClearing(state: BookState, payment: PaymentDetails, captured: UnitsText): void {
  if (!('payee_org' in payment.payee) || captured === '0') return;
  state.clearings.set(payment.payment_id, {
    id: payment.payment_id,
    details: paymentDetails(payment),
    amount: BigInt(captured),
  });
}
