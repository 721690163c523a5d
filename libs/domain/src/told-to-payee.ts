import type { BookEvent } from './events/index.js';

/** What tells, by its figures, of a rule that stands on the payer. */
const OF_PAYERS_RULES: ReadonlySet<BookEvent['type']> = new Set([
  'payment.declined',
  'payment.pending_approval',
  'payment.approval_refused',
]);

/**
 * Whether an event of a payment may be shown to who is paid and not to who pays: whose limits, money and thresholds refused a
 * payment or made it wait is the payer's own business.
 */
export function isForPayee(event: BookEvent): boolean {
  return !OF_PAYERS_RULES.has(event.type);
}
