import { fingerprintSource, issueKeySchema } from '#contracts';
import type { IssueKey } from '#domain';
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
  const keyId = `key_${header.fresh_id}`;
  const token = formatToken({ kind: 'key', org: caller.org, subject: keyId, secret: newSecret() });
  const command: IssueKey = { ...header, type: 'key.issue', key_id: keyId, role, name, token_hash: tokenHash(token) };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  if (event.type !== 'key.issued') throw new Error(`${event.type} is no issue of a key`);
  return jsonReply(201, {
    key_id: event.key_id,
    token: event.token_hash === command.token_hash ? token : undefined,
    role: event.role,
    name: event.name,
    issued_at: new Date(event.time).toISOString(),
    position,
  });
}
