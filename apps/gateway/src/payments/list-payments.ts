import { paymentsQuerySchema } from '#contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import type { Notes, OwnerGateway, Reports } from '../ports.js';
import { pageOfPayments } from './page-of-payments.js';
import { readPaymentByKey } from './read-payment.js';

/** `GET /v1/payments`: with a key, what became of it, from the book itself; else a page of payments from the projection. */
export async function listPayments(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
  notes: Notes,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const { idempotency_key: key, ...query } = readParameters(request, paymentsQuerySchema);
  if (key !== undefined) return readPaymentByKey(caller, key, query.agent, owner, notes);
  const page = await pageOfPayments(query, caller, reply, owner, reports);
  return jsonReply(200, { payments: page.items, next_cursor: page.next_cursor });
}
