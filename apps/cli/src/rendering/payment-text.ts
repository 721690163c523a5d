import type { PaymentAnswer } from '#client';
import { figuresOf } from './problem-text.js';
import { labelsText } from './session-tree.js';
import { fields } from './table.js';

export function paymentText(payment: PaymentAnswer): string {
  const { payee, currency, decline } = payment;
  const moved = isHeld(payment) ? payment.amount_held : payment.amount_captured;
  return fields([
    ['payment', payment.payment_id],
    ['status', payment.status],
    ['amount', `${moved} ${currency}`],
    ['from', payment.payer.handle],
    ['to', 'service' in payee ? `service ${payee.service}` : payee.handle],
    ['session', payment.session_id],
    ['labels', labelsText(payment.labels)],
    ['approval', payment.approval_id],
    [payment.status === 'pending_approval' ? 'waits until' : 'held until', payment.expires_at],
    ...(decline ? [['declined', decline.code] as const, ...figuresOf(decline)] : []),
    ['receipt', payment.receipt_id],
    ['position', payment.position],
  ]);
}

function isHeld({ status }: PaymentAnswer): boolean {
  return status === 'authorized' || status === 'pending_approval';
}
