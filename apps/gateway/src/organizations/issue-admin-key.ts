import { fingerprintSource, issueAdminKeySchema } from '#contracts';
import type { IssueAdminKey } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { refuse, type HttpReply } from '../http/http-reply.js';
import { keyIssuedReply, newKeyToken } from '../keys/issue-key.js';
import type { OwnerGateway, Platform } from '../ports.js';
import { requirePlatformKey } from './platform-caller.js';

/** `POST /v1/organizations/{id}/admin-keys`: the way back into an org all of whose admin keys are lost. */
export async function issueAdminKey(
  request: FastifyRequest,
  owner: OwnerGateway,
  platform: Platform,
): Promise<HttpReply> {
  requirePlatformKey(request, platform);
  const { name, deadline_ms, idempotency_key } = readBody(request, issueAdminKeySchema);
  const org = pathPart(request, 'id');
  const caller = { org, credential: { subject: 'owner', proven_by: 'owner' } as const };
  const source = fingerprintSource('organization.issue_admin_key', { name });
  const header = commandHeader(caller, readKey(request, idempotency_key), source, deadline_ms);
  const made = newKeyToken(header);
  const command: IssueAdminKey = { type: 'organization.issue_admin_key', ...header, name, ...made.stored };
  const answer = await owner.send(org, command);
  if (answer.kind === 'refused' && answer.refusal.code === 'organization_not_found')
    refuse('organization_unknown', { scope: { kind: 'organization', id: org } });
  return keyIssuedReply(answer, made);
}
