import { extendRequestSchema, fingerprintSource, renderPaymentStep } from '#contracts';
import type { ExtendPayment } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/payments/{id}/extend`: the hold lives until `expires_in` seconds from now. */
export async function extendPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, extendRequestSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { payment_id: pathPart(request, 'id'), expires_in_ms: body.expires_in * 1000 };
  const command: ExtendPayment = {
    type: 'payment.extend',
    ...commandHeader(caller, key, fingerprintSource('payment.extend', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderPaymentStep(event, position));
}
