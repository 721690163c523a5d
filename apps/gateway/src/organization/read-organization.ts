import { renderOrganization, type OrganizationView } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/org`: the settings, and what the org's own limits have left. */
export async function readOrganization(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  return jsonReply(200, renderOrganization(await askForOrganization(readCaller(request), owner)));
}

export async function askForOrganization(caller: Caller, owner: OwnerGateway): Promise<OrganizationView> {
  const query = { type: 'query.organization' as const, ...queryHeader(caller) };
  return expectKind(await owner.send(caller.org, query), 'organization').organization;
}
