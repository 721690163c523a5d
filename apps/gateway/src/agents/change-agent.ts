import { changeAgentSchema, fingerprintSource, renderAgent } from '#contracts';
import type { ChangeAgent } from '#domain';
import type { FastifyRequest } from 'fastify';
import { agentInPath, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, refuseKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { askForAgent } from './read-agent.js';

/**
 * `PATCH /v1/agents/{handle}`: sets what is named, at run time, and answers the agent as it is then (A10). Nothing is read
 * before: the book applies the change to what it finds, so that two at once are both kept (E6).
 */
export async function changeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const { deadline_ms: deadlineMs, ...changes } = readBody(request, changeAgentSchema);
  const agent = agentInPath(request);
  const fields = { agent, ...changes };
  const command: ChangeAgent = {
    type: 'agent.change',
    ...commandHeader(caller, undefined, fingerprintSource('agent.change', fields), deadlineMs),
    ...fields,
  };
  recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderAgent(await askForAgent(caller, agent, owner)));
}
