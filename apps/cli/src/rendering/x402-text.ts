import type { PaymentAnswer, RedeemedToken, ResolvedChallenge, SettlementStatus } from '#client';
import { paymentText } from './payment-text.js';
import { fields } from './table.js';

export function resolvedText(resolved: ResolvedChallenge | (PaymentAnswer & { payment_token?: undefined })): string {
  // It waits for an approval: there is no token yet.
  if (resolved.payment_token === undefined) return paymentText(resolved);
  return fields([
    ['payment', resolved.payment_id],
    ['amount', `${resolved.amount} ${resolved.currency}`],
    ['from', resolved.payer.handle],
    ['to', resolved.payee],
    ['header', resolved.header_name],
    ['value', resolved.header_value],
    ['good until', resolved.expires_at],
    ['receipt', resolved.receipt_id],
    ['position', resolved.position],
  ]);
}

export function redeemedText(redeemed: RedeemedToken): string {
  return fields([
    ['payment', redeemed.payment_id],
    ['status', redeemed.status],
    ['captured', `${redeemed.amount_captured} ${redeemed.currency}`],
    ['from', redeemed.payer.handle],
    ['receipt', redeemed.receipt_id],
    ['position', redeemed.position],
  ]);
}

export function settlementText(status: SettlementStatus): string {
  return fields([
    ['payment', status.payment_id],
    ['state', status.state],
    ['amount', `${status.amount} units of ${status.asset}`],
    ['refunded', status.refunded],
    ['from', status.payer],
    ['firm', status.firm ? 'yes' : 'no'],
    ['held until', status.expires_at],
    ['receipt', status.receipt_id],
    ['position', status.position],
  ]);
}
