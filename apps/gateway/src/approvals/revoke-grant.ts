import { fingerprintSource, renderGrantRevoked } from '#contracts';
import type { RevokeGrant } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `DELETE /v1/approvals/grants/{id}`: holds that were made under it stay. */
export async function revokeGrant(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const fields = { grant_id: pathPart(request, 'id') };
  const command: RevokeGrant = {
    type: 'grant.revoke',
    ...commandHeader(caller, readKey(request, undefined), fingerprintSource('grant.revoke', fields), undefined),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderGrantRevoked(event, position));
}
