import { approvalsQuerySchema, BOUNDS, renderPendingApproval, type ListedApproval } from '#contracts';
import { approvalOfPayment } from '#domain';
import type { PaymentItem } from '#read-models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from '../reports/ask-read-models.js';

/**
 * `GET /v1/approvals`: what is pending comes from the book itself, so that whoever decides sees what there is to decide; what
 * was decided comes from the read models. An agent's token sees its own.
 */
export async function listApprovals(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const { status = 'pending', limit = BOUNDS.page, cursor } = readParameters(request, approvalsQuerySchema);
  if (status === 'pending') return listPending(caller, owner, limit, cursor);
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const agent = credential.kind === 'agent' ? credential.subject : undefined;
  const question = { org: caller.org, approval: status, agent, limit, cursor };
  const page = await askReadModels(reply, () => reports.listPayments(question));
  return jsonReply(200, {
    approvals: page.items.map((item) => renderDecided(item, status)),
    next_cursor: page.next_cursor,
  });
}

async function listPending(
  caller: Caller,
  owner: OwnerGateway,
  limit: number,
  after: string | undefined,
): Promise<HttpReply> {
  const query = { type: 'query.approvals' as const, ...queryHeader(caller), limit, after };
  const { approvals, more } = expectKind(await owner.send(caller.org, query), 'approvals');
  const shown = approvals.map(({ details, expires_at }) => renderPendingApproval(details, expires_at));
  return jsonReply(200, { approvals: shown, next_cursor: more ? shown.at(-1)!.approval_id : null });
}

function renderDecided(item: PaymentItem, status: ListedApproval['status']): ListedApproval {
  const { payment_id, amount, currency, payer, payee, session_id, labels, protocol, category } = item;
  return {
    approval_id: approvalOfPayment(payment_id),
    payment_id,
    status,
    amount,
    currency,
    payer,
    payee,
    session_id,
    labels,
    protocol,
    category,
    requested_at: new Date(item.decided_at).toISOString(),
    expires_at: null,
  };
}
