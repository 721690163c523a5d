import { fingerprintSource, issueKeySchema, type OwnerAnswer } from '#contracts';
import type { CommandHeader, IssueKey } from '#domain';
import { formatToken, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/keys`: a key of the organization with a role; its token is shown once (F4). */
export async function issueKey(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, issueKeySchema);
  const key = readKey(request, body.idempotency_key);
  const { role, name } = body;
  const header = commandHeader(caller, key, fingerprintSource('key.issue', { role, name }), body.deadline_ms);
  const made = newKeyToken(header);
  const command: IssueKey = { type: 'key.issue', ...header, role, name, ...made.stored };
  return keyIssuedReply(await owner.send(caller.org, command), made);
}

/** A token that is made at the edge, and what the book keeps of it. */
interface NewKeyToken {
  token: string;
  stored: { key_id: string; token_hash: string };
}

export function newKeyToken({ org, fresh_id }: CommandHeader): NewKeyToken {
  const key_id = `key_${fresh_id}`;
  const token = formatToken({ kind: 'key', org, subject: key_id, secret: newSecret() });
  return { token, stored: { key_id, token_hash: tokenHash(token) } };
}

/** The token only where it is the one that was kept: a repeated key does not show it again. */
export function keyIssuedReply(answer: OwnerAnswer, { token, stored }: NewKeyToken): HttpReply {
  const { event, position } = recordedOf(answer);
  if (event.type !== 'key.issued') throw new Error(`${event.type} is no issue of a key`);
  return jsonReply(201, {
    key_id: event.key_id,
    token: event.token_hash === stored.token_hash ? token : undefined,
    role: event.role,
    name: event.name,
    issued_at: new Date(event.time).toISOString(),
    position,
  });
}
