import { declineFields, receiptId, type PaymentsQuery } from '#contracts';
import { approvalOfPayment } from '#domain';
import type { PaymentItem } from '#read-models';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { refuse } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import { verifyReader } from '../http/verified-reader.js';
import type { OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from '../reports/ask-read-models.js';

/**
 * One page of payments from the projection. An agent's token sees what the agent paid; a session's token what was paid in the
 * session and below it, and beside another credential it narrows that one to this.
 */
export async function pageOfPayments(
  { session_id: session, ...query }: Omit<PaymentsQuery, 'idempotency_key'>,
  caller: Caller,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
) {
  const credential = await verifyReader(caller, owner);
  const own = credential.kind === 'agent' ? credential.subject : undefined;
  if (own !== undefined && query.agent !== undefined && query.agent !== own) {
    refuse('agent_not_own', { scope: { kind: 'agent', id: query.agent } });
  }
  const within = caller.session_id;
  if (within !== undefined && session !== undefined && session !== within) await requireSeen(session, caller, owner);
  const question = { ...query, org: caller.org, session, within, agent: own ?? query.agent };
  const page = await askReadModels(reply, () => reports.listPayments(question));
  return { items: page.items.map(renderItem), next_cursor: page.next_cursor };
}

/** A session that the caller does not see is said not to be there, rather than to have paid nothing. */
async function requireSeen(session: string, caller: Caller, owner: OwnerGateway): Promise<void> {
  const query = { type: 'query.sessions' as const, ...queryHeader(caller), parent: session, limit: 1 };
  expectKind(await owner.send(caller.org, query), 'sessions');
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
