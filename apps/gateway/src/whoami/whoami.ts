import { renderWhoami, type SessionView } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { askForAgent } from '../agents/read-agent.js';
import { refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { verifyReader } from '../http/verified-reader.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { askForSession } from '../sessions/read-session.js';
import { readDescriptions } from '../sessions/session-descriptions.js';

/** `GET /v1/whoami`: from the book's owner, so that a revoked credential is nobody at once (F1). */
export async function whoami(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const credential = await verifyReader(caller, owner);
  const [agent, session] = await Promise.all([
    credential.agent_id === undefined ? undefined : askForAgent(caller, credential.agent_id, owner),
    caller.session_id === undefined ? undefined : askForTopOf(caller, caller.session_id, owner),
  ]);
  const descriptions = session ? await readDescriptions(notes, [session]) : new Map<string, string>();
  return jsonReply(200, renderWhoami(caller.org, credential, agent, session, descriptions));
}

async function askForTopOf(caller: Caller, sessionId: string, owner: OwnerGateway): Promise<SessionView> {
  const { children: _, children_cut: _cut, ...session } = await askForSession(caller, sessionId, owner);
  return session;
}
