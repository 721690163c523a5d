import { fingerprintSource, openSessionSchema, renderSessionOpened } from '#contracts';
import type { OpenSession } from '#domain';
import { formatToken, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/sessions`: opens a budget, under a parent where one is named; shows its token once. */
export async function openSession(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, openSessionSchema);
  const key = readKey(request, body.idempotency_key);
  const { description, idempotency_key: _key, deadline_ms, ...named } = body;
  const fields = { ...named, parent_session_id: named.parent_session_id ?? caller.session_id };
  const header = commandHeader(caller, key, fingerprintSource('session.open', fields), deadline_ms);
  const sessionId = `ses_${header.fresh_id}`;
  const token = formatToken({ kind: 'session', org: caller.org, subject: sessionId, secret: newSecret() });
  const command: OpenSession = {
    ...header,
    type: 'session.open',
    ...fields,
    token_hash: tokenHash(token),
    // Salted, since short texts can be guessed; whoever keeps the text beside the log keeps the salt with it (D20).
    description_hash: description === undefined ? undefined : tokenHash(`${newSecret()}:${description}`),
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  const isOurs = event.type === 'session.opened' && event.token_hash === command.token_hash;
  return jsonReply(201, renderSessionOpened(event, position, isOurs ? { session_token: token } : {}));
}
