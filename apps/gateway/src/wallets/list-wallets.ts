import { BOUNDS, renderWallet, walletsQuerySchema } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** `GET /v1/wallets`: in order of their ids; the cursor is the last id of the page before. */
export async function listWallets(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor } = readParameters(request, walletsQuerySchema);
  const query = { type: 'query.wallets' as const, ...queryHeader(caller), limit, after: cursor };
  const { wallets, more } = expectKind(await owner.send(caller.org, query), 'wallets');
  return jsonReply(200, { wallets: wallets.map(renderWallet), next_cursor: more ? wallets.at(-1)!.wallet_id : null });
}
