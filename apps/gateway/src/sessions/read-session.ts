import { renderSession, type SessionView } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { readDescriptions } from './session-descriptions.js';

/** `GET /v1/sessions/{id}`: the session and the tree below it, from the book's owner (D11). */
export async function readSession(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  refuseQuery(request);
  const session = await askForSession(readCaller(request), pathPart(request, 'id'), owner);
  return jsonReply(200, renderSession(session, await readDescriptions(notes, [session])));
}

export async function askForSession(caller: Caller, sessionId: string, owner: OwnerGateway): Promise<SessionView> {
  const query = { type: 'query.session' as const, ...queryHeader(caller), session_id: sessionId };
  return expectKind(await owner.send(caller.org, query), 'session').session;
}
