import { readPaymentRequestQuerySchema, renderPaymentRequest } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { readMemo } from '../payments/payment-memo.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { findPaymentRequest } from './find-payment-request.js';

/** `GET /v1/payment-requests/{id}`: for its payee and its payer, the payer of another org among them. */
export async function readPaymentRequest(
  request: FastifyRequest,
  owner: OwnerGateway,
  notes: Notes,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const { payee_org } = readParameters(request, readPaymentRequestQuerySchema);
  const found = await findPaymentRequest(owner, caller, pathPart(request, 'id'), payee_org);
  const memo = await readMemo(notes, found.events);
  return jsonReply(200, renderPaymentRequest(found.events, found.time, found.side, memo));
}
