import { renderPastDecision } from '#contracts';
import { isPaymentDecision, type PastExplanation } from '#domain';
import type { FastifyRequest } from 'fastify';
import type { Explanations } from '../explanations/explanations.js';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { refuse, type HttpReply, jsonReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** Long enough for some million events; what takes longer goes on, and the retry finds it. */
const WAIT_MS = 25_000;

/**
 * `GET /v1/payments/{id}/explanation`: the recorded decision, and every rule with its figures on the book as it was just
 * before. The owner says who may read the payment; the book is folded from the log elsewhere.
 */
export async function explainDecidedPayment(
  request: FastifyRequest,
  owner: OwnerGateway,
  explanations: Explanations,
): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const payment_id = pathPart(request, 'id');
  const query = { type: 'query.payment' as const, ...queryHeader(caller), payment_id };
  const [first] = expectKind(await owner.send(caller.org, query), 'payment').events;
  const scope = { kind: 'payment', id: payment_id };
  if (!first) return refuse('payment_not_found', { scope });
  const { event } = first;
  if (!isPaymentDecision(event)) throw new Error(`${payment_id} begins with ${event.type}`);
  const [partition, position] = first.position.split(':').map(Number) as [number, number];
  const explanation = await explanations.of({ org: caller.org, partition, position }, WAIT_MS);
  if (!explanation) return refuse('explanation_not_ready', { scope }, { 'retry-after': '5' });
  const payer = event.payer.agent_id;
  if (caller.agent_id !== undefined && caller.agent_id !== payer && !isAbove(explanation, caller.agent_id))
    return refuse('agent_not_own', { scope: { kind: 'agent', id: payer } });
  return jsonReply(200, renderPastDecision(explanation, payment_id, first.position));
}

/** Who is paid may read the payment, and learns nothing of its payer's limits and money by that. */
function isAbove({ rules }: PastExplanation, agentId: string): boolean {
  return rules.some(({ scope }) => scope.kind === 'parent_agent' && scope.id === agentId);
}
