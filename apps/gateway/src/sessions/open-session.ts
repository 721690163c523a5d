import { fingerprintSource, openSessionSchema, renderSessionOpened } from '#contracts';
import type { OpenSession } from '#domain';
import { sealText } from '#event-log';
import { formatToken, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';

/** `POST /v1/sessions`: opens a budget, under a parent where one is named; shows its token once. */
export async function openSession(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, openSessionSchema);
  const key = readKey(request, body.idempotency_key);
  const { description, idempotency_key: _key, deadline_ms, ...named } = body;
  const fields = { ...named, parent_session_id: named.parent_session_id ?? caller.session_id };
  const header = commandHeader(caller, key, fingerprintSource('session.open', fields), deadline_ms);
  const sessionId = `ses_${header.fresh_id}`;
  const token = formatToken({ kind: 'session', org: caller.org, subject: sessionId, secret: newSecret() });
  const sealed = description === undefined ? undefined : sealText(description);
  const command: OpenSession = {
    type: 'session.open',
    ...header,
    ...fields,
    token_hash: tokenHash(token),
    description_hash: sealed?.hash,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  const isOurs = event.type === 'session.opened' && event.token_hash === command.token_hash;
  // The answer to a repeated key is the first one's, and so is the description.
  if (sealed && isOurs)
    await notes.keep({ kind: 'description', subject: event.session_id, text: sealed.text, salt: sealed.salt });
  return jsonReply(201, renderSessionOpened(event, position, isOurs ? { session_token: token } : {}));
}
