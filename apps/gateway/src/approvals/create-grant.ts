import { createGrantSchema, fingerprintSource, renderGrantCreated } from '#contracts';
import type { CreateGrant } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/approvals/grants`: approves beforehand what is paid to one payee, up to an amount per period. */
export async function createGrant(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { idempotency_key, deadline_ms, ...fields } = readBody(request, createGrantSchema);
  const key = readKey(request, idempotency_key);
  const command: CreateGrant = {
    type: 'grant.create',
    ...commandHeader(caller, key, fingerprintSource('grant.create', fields), deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(201, renderGrantCreated(event, position));
}
