import {
  payPaymentRequestSchema,
  renderPaymentRequest,
  type NormalisedPaymentRequest,
  type PaymentRequestStatus,
} from '#contracts';
import type { AuthorizePayment, RefusalCode, RequestOpened } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import type { HttpReply } from '../http/http-reply.js';
import { paymentCommand, paymentReply } from '../payments/authorize-payment.js';
import type { OwnerGateway } from '../ports.js';
import { findPaymentRequest, type FoundRequest } from './find-payment-request.js';

const ENDED = {
  open: undefined,
  paid: 'payment_request_paid',
  cancelled: 'payment_request_cancelled',
  declined: 'payment_request_declined',
  expired: 'payment_request_expired',
} as const satisfies Record<PaymentRequestStatus, RefusalCode | undefined>;

/**
 * `POST /v1/payment-requests/{id}/pay`: one payment by the agent that is asked, of what is asked for and nothing else. That it
 * is open is decided with the payment where payer and payee share a book; else the payee's book is asked before, and has the
 * last word when the credit arrives.
 */
export async function payPaymentRequest(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, payPaymentRequestSchema);
  const found = await findPaymentRequest(owner, caller, pathPart(request, 'id'), body.payee_org, true);
  const payment = paymentOf(found, body);
  const command = paymentCommand(request, caller, payment, undefined);
  if (found.side === 'other_org') command.request_there = saidThere(found);
  return paymentReply(await owner.send(caller.org, command));
}

/** Amount, payee and currency are those of the request, whoever pays. */
function paymentOf(
  { org, side, events }: FoundRequest,
  body: { session_id?: string; labels: Record<string, string>; idempotency_key?: string; deadline_ms?: number },
): NormalisedPaymentRequest {
  const opened = events[0]!.event as RequestOpened;
  const { payee, payer, amount, asset, category, request_id } = opened;
  return {
    payee: side === 'same_org' ? { agent: payee.agent_id } : { agent: payee.handle, org },
    amount: BigInt(amount),
    asset,
    capture: true,
    agent: 'agent_id' in payer ? payer.agent_id : payer.handle,
    session_id: body.session_id,
    labels: body.labels,
    category,
    request_id,
    idempotency_key: body.idempotency_key,
    deadline_ms: body.deadline_ms,
  };
}

function saidThere({ events, time, side }: FoundRequest): AuthorizePayment['request_there'] {
  const { expires_at } = events[0]!.event as RequestOpened;
  const ended = ENDED[renderPaymentRequest(events, time, side).status];
  return { ...(ended === undefined ? {} : { ended }), ...(expires_at === undefined ? {} : { expires_at }) };
}
