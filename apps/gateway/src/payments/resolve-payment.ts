import { fingerprintSource, renderPaymentStep, resolveRequestSchema } from '#contracts';
import type { ResolvePayment } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { unitsOfPayment } from './units-of-payment.js';

/** `POST /v1/payments/{id}/resolve`: an operator says what became of a dispatched payment. */
export async function resolvePayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, resolveRequestSchema);
  const key = readKey(request, body.idempotency_key);
  const paymentId = pathPart(request, 'id');
  const amount =
    body.amount === undefined
      ? undefined
      : await unitsOfPayment(owner, caller, paymentId, body.amount, body.currency, 1);
  const fields = { payment_id: paymentId, outcome: body.outcome, amount };
  const command: ResolvePayment = {
    type: 'payment.resolve',
    ...commandHeader(caller, key, fingerprintSource('payment.resolve', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderPaymentStep(event, position));
}
