import { fingerprintSource, registerAgentSchema, renderAgentRegistered, type RegisterAgentRequest } from '#contracts';
import type { AgentRegistered, RegisterAgent } from '#domain';
import { formatToken, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/agents`: registers a handle with the limits it is given and no others; shows its token once. */
export async function registerAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, registerAgentSchema);
  const key = readKey(request, body.idempotency_key);
  const { command, token } = commandOf(caller, key, body);
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  if (event.type !== 'agent.registered') throw new Error(`${event.type} is no registration`);
  return jsonReply(201, renderAgentRegistered(event, position, { token: await tokenOf(event, command, token, owner) }));
}

function commandOf(
  caller: Caller,
  key: string | undefined,
  body: RegisterAgentRequest,
): { command: RegisterAgent; token: string } {
  // Everything else, so that no field that was accepted is forgotten (A10).
  const { idempotency_key: _key, deadline_ms, ...fields } = body;
  const header = commandHeader(caller, key, fingerprintSource('agent.register', fields), deadline_ms);
  const token = formatToken({ kind: 'agent', org: caller.org, subject: `agt_${header.fresh_id}`, secret: newSecret() });
  return { command: { type: 'agent.register', ...header, ...fields, token_hash: tokenHash(token) }, token };
}

/**
 * The token, where this very request made it: the answer to a repeated key omits it (D6). A handle known by first use is
 * taken over with the id it has, of which the token could not know: that one is rotated in at once.
 */
async function tokenOf(
  event: AgentRegistered,
  command: RegisterAgent,
  token: string,
  owner: OwnerGateway,
): Promise<string | undefined> {
  if (event.token_hash !== command.token_hash) return undefined;
  if (event.agent_id === `agt_${command.fresh_id}`) return token;
  const fitting = formatToken({ kind: 'agent', org: command.org, subject: event.agent_id, secret: newSecret() });
  const { org, credential, fresh_id, deadline } = command;
  const rotation = { org, credential, fresh_id, deadline, key: `takeover-${fresh_id}`, fingerprint: event.agent_id };
  recordedOf(
    await owner.send(org, {
      ...rotation,
      type: 'agent.rotate_token',
      agent: event.agent_id,
      token_hash: tokenHash(fitting),
      overlap_ms: 0,
    }),
  );
  return fitting;
}
