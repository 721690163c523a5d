import type { Decline } from '../declines.js';
import type { RequestEnded, RequestParties } from '../events/index.js';
import type { RequestHistory } from '../facts.js';
import { isOver, isPaymentRequestId, openRequestOf, type OpenRequest } from '../payment-requests.js';
import { NeedsFactsSignal, type DecideContext } from './context.js';

/** A payment request as the book or, once it has left the book, its log knows it. */
export interface KnownRequest extends RequestParties {
  /** Absent where it has ended. */
  open?: OpenRequest;
  ended?: RequestEnded;
}

/** The request, where this book is the payee's; undefined where it knows none. */
export function knownRequest(context: DecideContext, requestId: string): KnownRequest | undefined {
  // The index knows ids by their digits alone: the same digits under another name are no request.
  if (!isPaymentRequestId(requestId)) return undefined;
  const open = context.state.requests.get(requestId);
  if (open) return { request_id: open.id, payee: open.payee, payer: open.payer, open };
  const history = requestHistory(context, requestId);
  if (history?.ended) return { ...partiesOf(history.ended), ended: history.ended };
  // Not in the book any more, and nothing ended it: its time was over, and another needed its place.
  return history?.opened && { ...partiesOf(history.opened), open: openRequestOf(history.opened) };
}

export function requestHistory(context: DecideContext, requestId: string): RequestHistory | null {
  const history = context.facts.requestHistory(requestId);
  if (history === undefined) throw new NeedsFactsSignal({ requests: [requestId] });
  return history;
}

/** Why it is open no more, at a time; undefined where it is. */
export function endOf({ request_id, open, ended }: KnownRequest, time: number): Decline | undefined {
  const scope = { kind: 'payment_request', id: request_id } as const;
  switch (ended?.type) {
    case 'request.paid':
      return paidBy(ended.payment);
    case 'request.cancelled':
      return { code: 'payment_request_cancelled', scope };
    case 'request.declined':
      return { code: 'payment_request_declined', scope };
    case undefined:
      return isOver(open!, time) ? { code: 'payment_request_expired', scope } : undefined;
  }
}

/** Names the payment, so that whoever asks again finds what paid it. */
export function paidBy(payment: string): Decline {
  return { code: 'payment_request_paid', scope: { kind: 'payment', id: payment } };
}

export function partiesOf({ request_id, payee, payer }: RequestParties): RequestParties {
  return { request_id, payee, payer };
}
