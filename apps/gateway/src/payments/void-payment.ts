import { fingerprintSource, renderPaymentStep, voidRequestSchema } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/payments/{id}/void`: releases the hold. */
export async function voidPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  return takeStep(request, owner, 'payment.void');
}

/** `POST /v1/payments/{id}/dispatch`: said before any call to the outside; the hold never lapses by itself afterwards. */
export async function dispatchPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  return takeStep(request, owner, 'payment.dispatch');
}

async function takeStep(
  request: FastifyRequest,
  owner: OwnerGateway,
  type: 'payment.void' | 'payment.dispatch',
): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, voidRequestSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { payment_id: pathPart(request, 'id') };
  const header = commandHeader(caller, key, fingerprintSource(type, fields), body.deadline_ms);
  const { event, position } = recordedOf(await owner.send(caller.org, { type, ...header, ...fields }));
  return jsonReply(200, renderPaymentStep(event, position));
}
