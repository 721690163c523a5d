import { renderAgent, renderAgentSpend, type AgentView } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { agentInPath, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/agents/{handle}` */
export async function readAgent(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  return jsonReply(200, renderAgent(await askForAgent(readCaller(request), agentInPath(request), owner)));
}

/** `GET /v1/agents/{handle}/spend`: from the book's owner, so that a caller reads its own writes (D11). */
export async function readAgentSpend(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  return jsonReply(200, renderAgentSpend(await askForAgent(readCaller(request), agentInPath(request), owner)));
}

export async function askForAgent(caller: Caller, agent: string, owner: OwnerGateway): Promise<AgentView> {
  const answer = await owner.send(caller.org, { type: 'query.agent', ...queryHeader(caller), agent });
  return expectKind(answer, 'agent').agent;
}
