import { fingerprintSource, openWalletSchema, renderWalletOpened } from '#contracts';
import type { OpenWallet } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/wallets`: an escrow or fee account of the organization, empty. */
export async function openWallet(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, openWalletSchema);
  const key = readKey(request, body.idempotency_key);
  const fields = { kind: body.kind, name: body.name, asset: body.currency ?? 'USD' };
  const command: OpenWallet = {
    type: 'wallet.open',
    ...commandHeader(caller, key, fingerprintSource('wallet.open', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(201, renderWalletOpened(event, position));
}
