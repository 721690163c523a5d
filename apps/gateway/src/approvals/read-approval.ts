import { setTimeout as pause } from 'node:timers/promises';
import { approvalQuerySchema, renderApproval, type ApprovalAnswer } from '#contracts';
import { paymentOfApproval } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readParameters } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** How often a waiting call looks: a person decides, so that half a second is soon. */
const LOOK_EVERY_MS = 500;

/** `GET /v1/approvals/{id}`: what became of it; with `wait_seconds` as soon as something has, or after so long. */
export async function readApproval(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { wait_seconds = 0 } = readParameters(request, approvalQuerySchema);
  const approvalId = pathPart(request, 'id');
  const until = Date.now() + wait_seconds * 1000;
  for (;;) {
    const approval = await askForApproval(caller, approvalId, owner);
    const left = until - Date.now();
    if (approval.status !== 'pending' || left <= 0 || request.raw.destroyed) return jsonReply(200, approval);
    await pause(Math.min(left, LOOK_EVERY_MS));
  }
}

async function askForApproval(caller: Caller, approvalId: string, owner: OwnerGateway): Promise<ApprovalAnswer> {
  const notFound = (): never => refuse('approval_not_found', { scope: { kind: 'approval', id: approvalId } });
  if (!/^apr_[0-9a-f]{32}$/.test(approvalId)) return notFound();
  const payment_id = paymentOfApproval(approvalId);
  const answer = await owner.send(caller.org, { type: 'query.payment', ...queryHeader(caller), payment_id });
  if (answer.kind === 'refused' && answer.refusal.code === 'payment_not_found') return notFound();
  const { events, as_payee } = expectKind(answer, 'payment');
  // Whose threshold made it wait is nothing for who is paid.
  return (as_payee ? undefined : renderApproval(events)) ?? notFound();
}
