import { BOUNDS, grantsQuerySchema, renderGrant } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/approvals/grants`: those that still cover something, in order of their ids, from the book itself. */
export async function listGrants(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor } = readParameters(request, grantsQuerySchema);
  const query = { type: 'query.grants' as const, ...queryHeader(caller), limit, after: cursor };
  const { grants, more } = expectKind(await owner.send(caller.org, query), 'grants');
  return jsonReply(200, { grants: grants.map(renderGrant), next_cursor: more ? grants.at(-1)!.grant_id : null });
}
