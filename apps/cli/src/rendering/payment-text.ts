import type {
  IncomingPayment,
  IncomingRefundAnswer,
  PaymentAnswer,
  PaymentItem,
  PaymentState,
  PaymentStepAnswer,
} from '#client';
import { nameOf } from './approval-text.js';
import { figuresOf } from './problem-text.js';
import { labelsText } from './session-tree.js';
import { fields, table, type Cell } from './table.js';

type Line = readonly [string, Cell];

export function paymentText(payment: PaymentAnswer): string {
  const moved = isHeld(payment) ? payment.amount_held : payment.amount_captured;
  return fields([...partiesOf(payment, moved), ...endOf(payment)]);
}

/** A payment as it is now, with every step that brought it there. */
export function paymentStateText(payment: PaymentState | IncomingPayment): string {
  const steps = table(
    ['step', 'at', 'by', 'position', 'refused'],
    payment.history.map((step) => [step.type, step.recorded_at, step.by, step.position, step.decline?.code]),
  );
  if ('payer_org' in payment.payer) return `${fields(incomingLines(payment as IncomingPayment))}\n\n${steps}`;
  const state = payment as PaymentState;
  const { currency } = state;
  const lines: Line[] = [
    ...partiesOf(state, state.amount),
    ['held', `${state.amount_held} ${currency}`],
    ['captured', `${state.amount_captured} ${currency}`],
    ['refunded', `${state.amount_refunded} ${currency}`],
    ['dispatched', state.dispatched ? 'yes' : 'no'],
    ['settlement', state.settlement],
    ['memo', state.memo],
    ...endOf(state),
  ];
  return `${fields(lines)}\n\n${steps}`;
}

function incomingLines(payment: IncomingPayment): Line[] {
  const { currency, payer, payee } = payment;
  return [
    ['payment', payment.payment_id],
    ['status', payment.status],
    ['amount', `${payment.amount} ${currency}`],
    ['from', `${payer.payer_org}/${payer.handle}`],
    ['to', payee.handle],
    ['refunded', `${payment.amount_refunded} ${currency}`],
    ['request', payment.request_id],
    ['position', payment.position],
  ];
}

function partiesOf(payment: PaymentAnswer, amount: string): Line[] {
  const { payee } = payment;
  return [
    ['payment', payment.payment_id],
    ['status', payment.status],
    ['amount', `${amount} ${payment.currency}`],
    ['from', payment.payer.handle],
    ['to', 'service' in payee ? `service ${payee.service}` : payee.handle],
    ['session', payment.session_id],
    ['labels', labelsText(payment.labels)],
  ];
}

function endOf(payment: PaymentAnswer): Line[] {
  const { decline } = payment;
  return [
    ['approval', payment.approval_id],
    [payment.status === 'pending_approval' ? 'waits until' : 'held until', payment.expires_at],
    ...(decline ? [['declined', decline.code] as const, ...figuresOf(decline)] : []),
    ['receipt', payment.receipt_id],
    ['position', payment.position],
  ];
}

export function paymentsTable(payments: readonly PaymentItem[]): string {
  return table(
    ['payment', 'status', 'payer', 'to', 'amount', 'held', 'currency', 'decided at'],
    payments.map((each) => [
      each.payment_id,
      each.status,
      each.payer.handle ?? each.payer.agent_id,
      nameOf(each.payee),
      each.amount,
      each.amount_held,
      each.currency,
      each.decided_at,
    ]),
  );
}

export function stepText(answer: PaymentStepAnswer): string {
  return fields([
    ['payment', answer.payment_id],
    ['status', answer.status],
    ['held', `${answer.amount_held} ${answer.currency}`],
    ['captured', `${answer.amount_captured} ${answer.currency}`],
    ['held until', answer.expires_at],
    ['position', answer.position],
  ]);
}

/** The same fields, whether the payment was made in this org or came from another. */
export function refundText(answer: PaymentStepAnswer | IncomingRefundAnswer): string {
  return fields([
    ['payment', answer.payment_id],
    ['refund', answer.refund_id],
    ['given back', `${answer.amount_moved} ${answer.currency}`],
    ['in all', `${answer.amount_refunded} ${answer.currency}`],
    ['position', answer.position],
  ]);
}

function isHeld({ status }: PaymentAnswer): boolean {
  return status === 'authorized' || status === 'pending_approval';
}
