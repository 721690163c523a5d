import { fingerprintSource, renderAgentStep, revokeAgentSchema } from '#contracts';
import type { RevokeAgent } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/revocations/{revocation_id}`: when this has answered, no replica takes the agent's token again (F1). */
export async function revokeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, revokeAgentSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { revocation_id: pathPart(request, 'revocation_id') };
  const command: RevokeAgent = {
    type: 'agent.revoke',
    ...commandHeader(caller, key, fingerprintSource('agent.revoke', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderAgentStep(event, position));
}
