import { agentsQuerySchema, BOUNDS, renderAgent } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/agents`: in order of their ids, revoked ones too; the cursor is the last id of the page before. */
export async function listAgents(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor, status, parent } = readParameters(request, agentsQuerySchema);
  const query = { type: 'query.agents' as const, ...queryHeader(caller), limit, after: cursor, status, parent };
  const { agents, more } = expectKind(await owner.send(caller.org, query), 'agents');
  return jsonReply(200, { agents: agents.map(renderAgent), next_cursor: more ? agents.at(-1)!.agent_id : null });
}
