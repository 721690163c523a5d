import { BOUNDS, renderSession, sessionsQuerySchema } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { readDescriptions } from './session-descriptions.js';

/** `GET /v1/sessions`: in order of their ids, closed ones too; the cursor is the last id of the page before. */
export async function listSessions(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor, status, parent } = readParameters(request, sessionsQuerySchema);
  const query = { type: 'query.sessions' as const, ...queryHeader(caller), limit, after: cursor, status, parent };
  const { sessions, more } = expectKind(await owner.send(caller.org, query), 'sessions');
  const descriptions = await readDescriptions(notes, sessions);
  return jsonReply(200, {
    sessions: sessions.map((session) => renderSession(session, descriptions)),
    next_cursor: more ? sessions.at(-1)!.session_id : null,
  });
}
