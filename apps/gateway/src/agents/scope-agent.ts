import { fingerprintSource, renderScopedAgent, spendAuthSchema } from '#contracts';
import type { ScopeAgent } from '#domain';
import { newId } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/spend-auth`: an agent that can spend at most the limit in another's name, under a label it cannot take off. */
export async function scopeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { idempotency_key, deadline_ms, ...fields } = readBody(request, spendAuthSchema);
  const key = readKey(request, idempotency_key);
  const command: ScopeAgent = {
    type: 'agent.scope',
    ...commandHeader(caller, key, fingerprintSource('agent.scope', fields), deadline_ms),
    ...fields,
    scoped_agent_id: newId('agt'),
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(201, renderScopedAgent(event, position));
}
