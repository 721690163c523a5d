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
  const answer = await owner.send(caller.org, { ...queryHeader(caller), type: 'query.wallets' });
  const { wallets } = expectKind(answer, 'wallets');
  const following = [...wallets]
    .sort((left, right) => (left.wallet_id < right.wallet_id ? -1 : 1))
    .filter(({ wallet_id: id }) => cursor === undefined || id > cursor);
  const page = following.slice(0, limit);
  const next = following.length > limit ? page.at(-1)!.wallet_id : null;
  return jsonReply(200, { wallets: page.map(renderWallet), next_cursor: next });
}
