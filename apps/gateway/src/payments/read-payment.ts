import { renderIncomingPayment, renderPayment, type OwnerAnswer } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { readMemo } from './payment-memo.js';

/** `GET /v1/payments/{id}`: the payment now, with everything that happened to it. */
export async function readPayment(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const paymentId = pathPart(request, 'id');
  const answer = await owner.send(caller.org, { type: 'query.payment', ...queryHeader(caller), payment_id: paymentId });
  return stateReply(answer, { kind: 'payment', id: paymentId }, notes);
}

/** `GET /v1/payments?idempotency_key=…`: what became of a key, for a caller that lost the answer. */
export async function readPaymentByKey(
  caller: Caller,
  key: string,
  agent: string | undefined,
  owner: OwnerGateway,
  notes: Notes,
): Promise<HttpReply> {
  const query = { type: 'query.payment_by_key' as const, ...queryHeader(caller), key, agent: agent ?? caller.agent_id };
  return stateReply(await owner.send(caller.org, query), { kind: 'request', id: key }, notes);
}

async function stateReply(answer: OwnerAnswer, scope: { kind: string; id: string }, notes: Notes): Promise<HttpReply> {
  const { events } = expectKind(answer, 'payment');
  if (events.length === 0) refuse('payment_not_found', { scope });
  const first = events[0]?.event;
  if (first?.type === 'clearing.credited') return jsonReply(200, renderIncomingPayment(first, events));
  return jsonReply(200, renderPayment(events, await readMemo(notes, events)));
}
