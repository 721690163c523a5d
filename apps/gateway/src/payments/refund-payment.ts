import { fingerprintSource, refundRequestSchema, renderIncomingRefund, renderPaymentStep } from '#contracts';
import type { RefundPayment } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { unitsOfPayment } from './units-of-payment.js';

/**
 * `POST /v1/payments/{id}/refund`: gives back at most what was captured and not yet given back. A payment from another org is
 * given back by the org of its payee.
 */
export async function refundPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, refundRequestSchema);
  const key = readKey(request, body.idempotency_key);
  const paymentId = pathPart(request, 'id');
  const amount =
    body.amount === undefined
      ? undefined
      : await unitsOfPayment(owner, caller, paymentId, body.amount, body.currency, 1);
  const fields = { payment_id: paymentId, amount, reason: body.reason };
  const command: RefundPayment = {
    type: 'payment.refund',
    ...commandHeader(caller, key, fingerprintSource('payment.refund', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  if (event.type === 'clearing.refunded') return jsonReply(201, renderIncomingRefund(event, position));
  return jsonReply(201, renderPaymentStep(event, position));
}
