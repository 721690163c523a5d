import { renderSession, type SessionView } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/sessions/{id}`: the session and the tree below it, from the book's owner (D11). */
export async function readSession(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  return jsonReply(200, renderSession(await askForSession(readCaller(request), pathPart(request, 'id'), owner)));
}

export async function askForSession(caller: Caller, sessionId: string, owner: OwnerGateway): Promise<SessionView> {
  const query = { ...queryHeader(caller), type: 'query.session' as const, session_id: sessionId };
  return expectKind(await owner.send(caller.org, query), 'session').session;
}
