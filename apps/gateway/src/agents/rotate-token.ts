import { fingerprintSource, renderAgentStep, rotateTokenSchema } from '#contracts';
import type { RotateAgentToken } from '#domain';
import { formatToken, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { agentInPath, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { askForAgent } from './read-agent.js';

const DEFAULT_OVERLAP_SECONDS = 300;

/** `POST /v1/agents/{handle}/rotate-token`: a new token, shown once; the one before still holds for the overlap (F4). */
export async function rotateToken(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, rotateTokenSchema);
  const key = readKey(request, body.idempotency_key);
  // A token carries its agent's id, and the path may have named a handle.
  const { agent_id: agentId } = await askForAgent(caller, agentInPath(request), owner);
  const token = formatToken({ kind: 'agent', org: caller.org, subject: agentId, secret: newSecret() });
  const fields = { agent: agentId, overlap_ms: (body.overlap_seconds ?? DEFAULT_OVERLAP_SECONDS) * 1000 };
  const command: RotateAgentToken = {
    type: 'agent.rotate_token',
    ...commandHeader(caller, key, fingerprintSource('agent.rotate_token', fields), body.deadline_ms),
    token_hash: tokenHash(token),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  const isOurs = event.type === 'agent.token_rotated' && event.token_hash === command.token_hash;
  return jsonReply(200, renderAgentStep(event, position, isOurs ? { token } : {}));
}
