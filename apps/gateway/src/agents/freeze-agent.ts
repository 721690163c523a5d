import { fingerprintSource, freezeAgentSchema, renderAgentStep, unfreezeAgentSchema } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { agentInPath, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/agents/{handle}/freeze`: nothing more passes, and undispatched holds are voided at once (D12). */
export async function freezeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, freezeAgentSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { agent: agentInPath(request), reason: body.reason ?? '' };
  const header = commandHeader(caller, key, fingerprintSource('agent.freeze', fields), body.deadline_ms);
  const { event, position } = recordedOf(await owner.send(caller.org, { type: 'agent.freeze', ...header, ...fields }));
  return jsonReply(200, renderAgentStep(event, position));
}

/** `POST /v1/agents/{handle}/unfreeze` */
export async function unfreezeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, unfreezeAgentSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { agent: agentInPath(request) };
  const header = commandHeader(caller, key, fingerprintSource('agent.unfreeze', fields), body.deadline_ms);
  const { event, position } = recordedOf(
    await owner.send(caller.org, { type: 'agent.unfreeze', ...header, ...fields }),
  );
  return jsonReply(200, renderAgentStep(event, position));
}
