import { receiptsQuerySchema } from '#contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { pageOfPayments } from '../payments/page-of-payments.js';
import type { OwnerGateway, Reports } from '../ports.js';

/** `GET /v1/receipts`: what is receipted, from the projection. Signed is each receipt where it is read by its id. */
export async function listReceipts(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const page = await pageOfPayments(readParameters(request, receiptsQuerySchema), caller, reply, owner, reports);
  return jsonReply(200, { receipts: page.items, next_cursor: page.next_cursor });
}
