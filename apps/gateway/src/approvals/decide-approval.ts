import { approveSchema, denySchema, fingerprintSource, renderApprovalStep } from '#contracts';
import type { ApprovePayment, DenyPayment } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/approvals/{id}/approve`: a rule that would refuse the payment now refuses its approval. */
export async function approvePayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, approveSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { approval_id: pathPart(request, 'id') };
  const command: ApprovePayment = {
    type: 'approval.approve',
    ...commandHeader(caller, key, fingerprintSource('approval.approve', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderApprovalStep(event, position));
}

/** `POST /v1/approvals/{id}/deny`: releases the hold, with an explanation for whoever asked. */
export async function denyPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { explanation, idempotency_key, deadline_ms } = readBody(request, denySchema);
  const key = readKey(request, idempotency_key);
  const fields = { approval_id: pathPart(request, 'id'), explanation };
  const command: DenyPayment = {
    type: 'approval.deny',
    ...commandHeader(caller, key, fingerprintSource('approval.deny', fields), deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderApprovalStep(event, position));
}
