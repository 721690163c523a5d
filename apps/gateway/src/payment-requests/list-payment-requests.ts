import { paymentRequestsQuerySchema } from '#contracts';
import type { PaymentRequestItem } from '#read-models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from '../reports/ask-read-models.js';

/**
 * `GET /v1/payment-requests`: what agents of the org ask for, or are asked for, from the read models; what is open first. An
 * agent's token sees its own.
 */
export async function listPaymentRequests(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const { as = 'payee', ...query } = readParameters(request, paymentRequestsQuerySchema);
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const own = credential.kind === 'agent' ? credential.subject : undefined;
  if (own !== undefined && query.agent !== undefined && query.agent !== own)
    refuse('agent_not_own', { scope: { kind: 'agent', id: query.agent } });
  const question = { ...query, as, org: caller.org, agent: own ?? query.agent, now: Date.now() };
  const page = await askReadModels(reply, () => reports.listPaymentRequests(question));
  return jsonReply(200, { payment_requests: page.items.map(renderItem), next_cursor: page.next_cursor });
}

function renderItem(item: PaymentRequestItem) {
  const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
  return {
    ...item,
    opened_at: iso(item.opened_at),
    expires_at: iso(item.expires_at),
    ended_at: iso(item.ended_at),
  };
}
