import { fingerprintSource } from '#contracts';
import type { RevokeKey } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `DELETE /v1/keys/{id}`: when this has answered, no replica takes the key again (F1, F6). */
export async function revokeKey(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const fields = { key_id: pathPart(request, 'id') };
  const key = readKey(request, undefined);
  const command: RevokeKey = {
    type: 'key.revoke',
    ...commandHeader(caller, key, fingerprintSource('key.revoke', fields), undefined),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  if (event.type !== 'key.revoked') throw new Error(`${event.type} is no revocation of a key`);
  const revokedAt = new Date(event.time).toISOString();
  return jsonReply(200, { key_id: event.key_id, status: 'revoked', revoked_at: revokedAt, position });
}
