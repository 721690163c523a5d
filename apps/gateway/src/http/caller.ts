import type { Credential } from '#domain';
import { parseToken, type ParsedToken } from '#security';
import type { FastifyRequest } from 'fastify';
import { refuse, refuseHeader } from './http-reply.js';

/** Who calls, as far as a token says by itself: the book's owner verifies it in the same step as the command (D16). */
export interface Caller {
  org: string;
  credential: Credential;
  /** The session that a session token narrows the caller to. */
  session_id?: string;
  /** Set where the token is an agent's. */
  agent_id?: string;
}

const CHALLENGE = { 'www-authenticate': 'Bearer' };

/** Reads `Authorization: Bearer …` and, beside a key or an agent token, `Bursar-Session`. Refuses with 401 or 422. */
export function readCaller(request: FastifyRequest): Caller {
  const { 'bursar-session': sessionHeader } = request.headers;
  const token = parseToken(bearerOf(request));
  const session = sessionHeader === undefined ? undefined : readSessionHeader(sessionHeader, token);
  const credential: Credential = {
    subject: token.subject,
    proof: token.proof,
    ...(session ? { session: { subject: session.subject, proof: session.proof } } : {}),
  };
  const caller: Caller = { org: token.org, credential };
  if (token.kind === 'agent') caller.agent_id = token.subject;
  const narrowed = session ?? (token.kind === 'session' ? token : undefined);
  if (narrowed) caller.session_id = narrowed.subject;
  return caller;
}

/** The text of `Authorization: Bearer …`. Refuses with 401. */
export function bearerOf({ headers: { authorization } }: FastifyRequest): string {
  if (authorization === undefined) refuse('credential_missing', {}, CHALLENGE);
  const match = /^Bearer +(\S+)$/i.exec(authorization);
  if (!match) {
    refuse('credential_missing', { detail: 'Authorization is not of the form `Bearer …`.' }, CHALLENGE);
  }
  return match[1]!;
}

function readSessionHeader(header: string | string[], bearer: ParsedToken): ParsedToken {
  const session = parseToken(String(header).trim());
  if (session.kind !== 'session') refuseHeader('Bursar-Session', 'must be a session token');
  if (bearer.kind === 'session')
    refuseHeader('Bursar-Session', 'must not stand beside a session token in Authorization');
  if (session.org !== bearer.org) refuse('credential_invalid', {}, CHALLENGE);
  return session;
}
