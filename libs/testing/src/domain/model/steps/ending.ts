import { isUndispatched, isWithin, type ReferenceBook, type ReferencePayment } from '../reference-book.js';

/** The hold ends; what was captured of it before makes it a captured payment all the same. */
export function release(payment: ReferencePayment, status: 'voided' | 'expired'): void {
  payment.held = 0n;
  payment.status = payment.captured > 0n ? 'captured' : status;
}

/** The session and all below it are closed, and what is held inside and was not dispatched is voided. */
export function closeWithin(reference: ReferenceBook, id: string): void {
  const closing = reference.sessions.filter((one) => !one.closed && isWithin(reference, one.id, id));
  for (const payment of reference.payments)
    if (isUndispatched(payment) && closing.some((one) => one.id === payment.session)) release(payment, 'voided');
  for (const one of closing) one.closed = true;
}
