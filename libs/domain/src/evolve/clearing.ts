import { paymentDetails, type BookEvent, type PaymentDetails } from '../events.js';
import type { UnitsText } from '../money.js';
import type { BookState } from '../state.js';
import { applyPostings } from './postings.js';

type ClearingEvent = Extract<BookEvent, { type: 'clearing.settled' | 'clearing.credited' | 'clearing.refused' }>;

export function evolveClearing(state: BookState, event: ClearingEvent): void {
  switch (event.type) {
    case 'clearing.settled':
      return state.clearings.delete(event.payment_id);
    case 'clearing.credited':
      return applyPostings(state, event.postings);
    case 'clearing.refused':
      return;
  }
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
