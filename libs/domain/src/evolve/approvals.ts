import { approvalOfPayment } from '../approvals.js';
import {
  paymentDetails,
  type PaymentApproved,
  type PaymentDetails,
  type PaymentPendingApproval,
} from '../events/index.js';
import type { BookState } from '../state/index.js';

/** Held like any other, and noted as one that waits. */
export function waitForApproval(state: BookState, event: PaymentPendingApproval): void {
  const { payment_id, approval_id, capture, hold_ms, expires_at } = event;
  state.payments.set(payment_id, {
    id: payment_id,
    details: paymentDetails(event),
    status: 'pending_approval',
    held: BigInt(event.amount),
    captured: 0n,
    expires_at,
  });
  state.approvals.set(approval_id, { id: approval_id, payment_id, capture, hold_ms });
  countPending(state, event, 1);
}

/** From here on it is an ordinary hold; where it is captured at once, the capture follows. */
export function approved(state: BookState, event: PaymentApproved): void {
  const payment = state.payments.edit(event.payment_id);
  if (!payment) throw new Error(`no open hold for ${event.payment_id}`);
  payment.status = 'authorized';
  if (event.expires_at !== undefined) payment.expires_at = event.expires_at;
  waitNoMore(state, event);
}

export function waitNoMore(state: BookState, event: PaymentDetails): void {
  state.approvals.delete(approvalOfPayment(event.payment_id));
  countPending(state, event, -1);
}

function countPending(state: BookState, { payer }: PaymentDetails, change: 1 | -1): void {
  const agent = state.agents.edit(payer.agent_id);
  if (agent) agent.pending = (agent.pending ?? 0) + change;
}
