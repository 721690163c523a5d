import type { AuthorizePayment, CreditClearing } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { BookEvent, PaymentDetails, RequestPaid } from '../events/index.js';
import { isOver, isPaymentRequestId, type OpenRequest } from '../payment-requests.js';
import type { Agent, BookState } from '../state/index.js';
import { header, RefusedSignal, type DecideContext } from './context.js';
import { endOf, knownRequest, paidBy, partiesOf, requestHistory, type KnownRequest } from './known-request.js';

/**
 * Refuses a payment that names a payment request and is not the one that it asks for. A payment that names none, or has a
 * word of the caller's there, is not concerned.
 */
export function requirePayable(context: DecideContext<AuthorizePayment>, details: PaymentDetails): void {
  const { request_id } = details;
  if (!isPaymentRequestId(request_id)) return;
  // Said of what is asked for, before anything is looked up: money that is only held pays nothing.
  const { command } = context;
  const against = command.capture
    ? (requestAgainst(context, details, request_id) ?? endedThere(context, request_id))
    : mismatch(request_id, { rule: 'capture' });
  if (against) throw new RefusedSignal(against);
}

/** What the payee's book has said beforehand, so that no payment is made that would come back. */
function endedThere({ command, now }: DecideContext<AuthorizePayment>, id: string): Decline | undefined {
  const { ended, expires_at } = command.request_there ?? {};
  const code = ended ?? (isOver({ expires_at }, now) ? 'payment_request_expired' : undefined);
  return code && { code, scope: { kind: 'payment_request', id } };
}

/** Why this payment cannot pay the request that it names; asked again where it has waited for an approval. */
export function requestAgainst(
  context: DecideContext,
  details: PaymentDetails,
  requestId: string,
): Decline | undefined {
  const against =
    'payee_org' in details.payee ? sentBefore(context, requestId) : notPaidBy(context, details, requestId);
  return against ?? waitingFor(context.state, details, requestId);
}

/** What is recorded beside the payment that pays a request: in its own book that it is paid, else that it is being paid. */
export function requestPaid(context: DecideContext, details: PaymentDetails, index: number): BookEvent[] {
  const { request_id, payment_id: payment, payer, payee } = details;
  if (!isPaymentRequestId(request_id)) return [];
  const head = header(context, index);
  if ('payee_org' in payee) {
    const { agent_id, handle } = payer;
    return [{ type: 'request.payment_sent', ...head, request_id, payment, payer: { agent_id, handle }, payee }];
  }
  return [{ type: 'request.paid', ...head, ...partiesOf(knownRequest(context, request_id)!), payment }];
}

/** A payment to another org came back: another may pay the request that it named. */
export function requestUnpaid(context: DecideContext, details: PaymentDetails, index: number): BookEvent[] {
  const { request_id, payment_id: payment, payer, payee } = details;
  if (!isPaymentRequestId(request_id) || !('payee_org' in payee)) return [];
  const { agent_id, handle } = payer;
  return [
    {
      type: 'request.payment_reversed',
      ...header(context, index),
      request_id,
      payment,
      payer: { agent_id, handle },
      payee,
    },
  ];
}

/**
 * Whether a credit from another book pays the request that it names: that it is paid, or why the credit is refused. In time is
 * what the payer's book let pass in time, however long it was on its way.
 */
export function creditedRequest(
  context: DecideContext<CreditClearing>,
  payee: Agent,
  index: number,
): { against?: Decline; paid?: RequestPaid } {
  const { command, now } = context;
  const { request_id, source, asset, amount } = command;
  if (!isPaymentRequestId(request_id)) return {};
  const request = knownRequest(context, request_id);
  if (!request || !isAskedOf(request, command)) return { against: notFound(request_id) };
  const against =
    endOf(request, command.authorized_at ?? now) ?? differs(request.open!, payee.id, amount.toString(), asset);
  if (against) return { against };
  const head = header(context, index);
  return { paid: { type: 'request.paid', ...head, ...partiesOf(request), payment: source.payment } };
}

function isAskedOf({ payer }: KnownRequest, { source, payer_id }: CreditClearing): boolean {
  if (!('payer_org' in payer) || payer.payer_org !== source.source_org) return false;
  return payer.handle === source.handle || payer.handle === payer_id;
}

/** In the payer's book: it was paid from here already, and has not come back. */
function sentBefore(context: DecideContext, requestId: string): Decline | undefined {
  const sent = requestHistory(context, requestId)?.sent;
  return sent === undefined ? undefined : paidBy(sent);
}

function notPaidBy(context: DecideContext, details: PaymentDetails, requestId: string): Decline | undefined {
  const request = knownRequest(context, requestId);
  if (!request || !('agent_id' in request.payer) || request.payer.agent_id !== details.payer.agent_id)
    return notFound(requestId);
  const { payee, amount, asset, authorized_at } = details;
  return (
    endOf(request, authorized_at) ??
    differs(request.open!, 'agent_id' in payee ? payee.agent_id : undefined, amount, asset)
  );
}

function differs(open: OpenRequest, payee: string | undefined, amount: string, asset: string): Decline | undefined {
  if (open.payee.agent_id !== payee) return mismatch(open.id, { rule: 'payee' });
  if (open.asset !== asset) return mismatch(open.id, { rule: 'currency' });
  if (open.amount.toString() === amount) return undefined;
  return mismatch(open.id, { rule: 'amount', asset, limit: open.amount.toString(), requested: amount });
}

/** A payment of it that waits for an approval may still pay it, so no other does meanwhile. */
function waitingFor(state: BookState, details: PaymentDetails, requestId: string): Decline | undefined {
  for (const { payment_id } of state.approvals.values()) {
    if (payment_id === details.payment_id || state.payments.get(payment_id)!.details.request_id !== requestId) continue;
    return { code: 'payment_request_pending', scope: { kind: 'payment', id: payment_id } };
  }
  return undefined;
}

function mismatch(id: string, figures: Partial<Decline>): Decline {
  return { ...figures, code: 'payment_request_mismatch', scope: { kind: 'payment_request', id } };
}

function notFound(id: string): Decline {
  return { code: 'payment_request_not_found', scope: { kind: 'payment_request', id } };
}
