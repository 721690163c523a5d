import { fingerprintSource, renderTopUp, topUpSchema } from '#contracts';
import type { TopUp } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/**
 * `POST /v1/topups`: money into a wallet, or more budget for a session or an agent. The reference of the payment outside is
 * the key, in a name space of its own, so that a webhook delivered twice credits once (C6).
 */
export async function topUp(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, topUpSchema);
  const callersKey = readKey(request, body.idempotency_key);
  const { target, amount, asset, reference } = body;
  const fields = { target, amount, asset, reference };
  const key = reference === undefined ? callersKey : `topup-reference:${reference}`;
  const command: TopUp = {
    type: 'topup',
    ...commandHeader(caller, key, fingerprintSource('topup', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(201, renderTopUp(event, position, asset));
}
