import {
  applyShortForms,
  changeAgentSchema,
  fingerprintSource,
  renderAgent,
  type AgentView,
  type ChangeAgentRequest,
} from '#contracts';
import type { Asset, ChangeAgent, LimitDefinition, LimitPeriod } from '#domain';
import type { FastifyRequest } from 'fastify';
import { agentInPath, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, refuseKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { askForAgent } from './read-agent.js';

/** `PATCH /v1/agents/{handle}`: sets what is named, at run time, and answers the agent as it is then (A10). */
export async function changeAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const body = readBody(request, changeAgentSchema);
  const named = agentInPath(request);
  const before = needsWholeList(body) ? await askForAgent(caller, named, owner) : undefined;
  const limits = before ? applyShortForms(before.limits.map(definitionOf), body.changes) : body.limits;
  const fields = { agent: named, limits, protocols: body.protocols, funding: body.funding };
  const command: ChangeAgent = {
    ...commandHeader(caller, undefined, fingerprintSource('agent.change', fields), body.deadline_ms),
    type: 'agent.change',
    ...fields,
  };
  recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderAgent(await askForAgent(caller, named, owner)));
}

/** Short forms alone change some limits of a list that the book takes whole. */
function needsWholeList(body: ChangeAgentRequest): boolean {
  return body.limits === undefined && body.changes.length > 0;
}

function definitionOf(limit: AgentView['limits'][number]): LimitDefinition {
  return {
    of: limit.of,
    per: limit.per as LimitPeriod,
    maximum: limit.maximum,
    asset: limit.asset as Asset,
    ...(limit.time_zone === undefined ? {} : { time_zone: limit.time_zone }),
  };
}
