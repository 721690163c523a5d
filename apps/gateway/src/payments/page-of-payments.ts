import { declineFields, receiptId, type PaymentsQuery } from '#contracts';
import { approvalOfPayment } from '#domain';
import type { PaymentItem } from '#read-models';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../http/caller.js';
import { refuse } from '../http/http-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from '../reports/ask-read-models.js';

/** One page of payments from the projection. An agent's token sees what the agent paid, a session's token nothing. */
export async function pageOfPayments(
  { session_id: session, ...query }: Omit<PaymentsQuery, 'idempotency_key'>,
  caller: Caller,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
) {
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const own = credential.kind === 'agent' ? credential.subject : undefined;
  if (own !== undefined && query.agent !== undefined && query.agent !== own) {
    refuse('agent_not_own', { scope: { kind: 'agent', id: query.agent } });
  }
  const question = { ...query, org: caller.org, session, agent: own ?? query.agent };
  const page = await askReadModels(reply, () => reports.listPayments(question));
  return { items: page.items.map(renderItem), next_cursor: page.next_cursor };
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
