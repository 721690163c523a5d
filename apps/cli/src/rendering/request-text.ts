import type { PaymentRequestAnswer, PaymentRequestItem, PaymentRequestState, PaymentRequestStepAnswer } from '#client';
import { nameOf } from './approval-text.js';
import { labelsText } from './session-tree.js';
import { fields, table } from './table.js';

/** A payment request, as it was opened or as it is now. */
export function requestText(request: PaymentRequestAnswer | PaymentRequestState): string {
  const now = 'ended_at' in request ? request : undefined;
  return fields([
    ['request', request.request_id],
    ['status', request.status],
    ['amount', `${request.amount} ${request.currency}`],
    ['asks', nameOf(request.payee)],
    ['is asked', payerName(request.payer)],
    ['memo', now?.memo],
    ['category', request.category],
    ['labels', request.labels && labelsText(request.labels)],
    ['opened', request.opened_at],
    ['open until', request.expires_at],
    ['ended', now?.ended_at],
    ['payment', now?.payment_id],
    ['position', request.position],
  ]);
}

export function requestStepText(step: PaymentRequestStepAnswer): string {
  return fields([
    ['request', step.request_id],
    ['status', step.status],
    ['asks', nameOf(step.payee)],
    ['is asked', payerName(step.payer)],
    ['recorded at', step.recorded_at],
    ['position', step.position],
  ]);
}

export function requestsTable(requests: readonly PaymentRequestItem[]): string {
  return table(
    ['request', 'status', 'asks', 'is asked', 'amount', 'currency', 'opened', 'until', 'payment'],
    requests.map((one) => [
      one.request_id,
      one.status,
      nameOf(one.payee),
      payerName(one.payer),
      one.amount,
      one.currency,
      one.opened_at,
      one.expires_at,
      one.payment_id,
    ]),
  );
}

function payerName(payer: PaymentRequestItem['payer']): string {
  return 'payer_org' in payer ? `${payer.payer_org}/${payer.handle}` : nameOf(payer);
}
