import { declineFields, paymentsQuerySchema, receiptId } from '#contracts';
import { approvalOfPayment } from '#domain';
import type { PaymentItem } from '#read-models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { Notes, OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from '../reports/ask-read-models.js';
import { readPaymentByKey } from './read-payment.js';

/**
 * `GET /v1/payments`: with a key, what became of it, from the book itself; else a page of payments from the projection. An
 * agent's token sees what the agent paid.
 */
export async function listPayments(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
  notes: Notes,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const { idempotency_key: key, session_id: session, ...query } = readParameters(request, paymentsQuerySchema);
  if (key !== undefined) return readPaymentByKey(caller, key, query.agent, owner, notes);
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const own = credential.kind === 'agent' ? credential.subject : undefined;
  if (own !== undefined && query.agent !== undefined && query.agent !== own) {
    refuse('agent_not_own', { scope: { kind: 'agent', id: query.agent } });
  }
  const question = { ...query, org: caller.org, session, agent: own ?? query.agent };
  const page = await askReadModels(reply, () => reports.listPayments(question));
  return jsonReply(200, { payments: page.items.map(renderItem), next_cursor: page.next_cursor });
}

function renderItem(item: PaymentItem) {
  const { decline, approval, ...rest } = item;
  return {
    ...rest,
    decided_at: new Date(item.decided_at).toISOString(),
    expires_at: item.expires_at === null ? null : new Date(item.expires_at).toISOString(),
    receipt_id: receiptId(item.payment_id),
    approval_id: approval === null ? undefined : approvalOfPayment(item.payment_id),
    decline: decline === null ? undefined : declineFields(decline),
  };
}
