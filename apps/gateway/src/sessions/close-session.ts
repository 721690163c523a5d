import { closeSessionSchema, fingerprintSource, renderSessionClosed } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/sessions/{id}/close`: closes the session and all below it, and releases what is left. */
export async function closeSession(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, closeSessionSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { session_id: pathPart(request, 'id') };
  const header = commandHeader(caller, key, fingerprintSource('session.close', fields), body.deadline_ms);
  const { event, position } = recordedOf(await owner.send(caller.org, { type: 'session.close', ...header, ...fields }));
  return jsonReply(200, renderSessionClosed(event, position));
}
