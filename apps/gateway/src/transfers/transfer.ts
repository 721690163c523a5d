import { fingerprintSource, renderTransfer, transferSchema } from '#contracts';
import type { TransferMoney } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `POST /v1/transfers`: moves free money between two wallets of the organization. */
export async function transfer(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, transferSchema);
  const key = readKey(request, body.idempotency_key);
  const { from_wallet_id, to_wallet_id, amount, asset, reason } = body;
  const fields = { from_wallet_id, to_wallet_id, amount, asset, reason };
  const command: TransferMoney = {
    type: 'wallet.transfer',
    ...commandHeader(caller, key, fingerprintSource('wallet.transfer', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(201, renderTransfer(event, position));
}
