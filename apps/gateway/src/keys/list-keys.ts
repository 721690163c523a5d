import { BOUNDS, keysQuerySchema } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/keys`: in order of their ids, revoked ones too, for administrators; the cursor is the last id of the page before. */
export async function listKeys(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor } = readParameters(request, keysQuerySchema);
  const query = { type: 'query.keys' as const, ...queryHeader(caller), limit, after: cursor };
  const { keys, more } = expectKind(await owner.send(caller.org, query), 'keys');
  return jsonReply(200, { keys, next_cursor: more ? keys.at(-1)!.key_id : null });
}
