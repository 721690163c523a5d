import type { BursarClient } from '#client';
import type { EndToEnd } from './end-to-end.js';
import { X402Calls } from './x402.js';

export interface Market {
  org: string;
  /** The admin key, and a client with it. */
  admin: string;
  client: BursarClient;
  buyer: { agent_id: string; token: string; revocation_id: string };
  seller: { agent_id: string; token: string };
  x402: X402Calls;
}

/** An org of its own with a buyer and a seller. */
export async function openMarket(world: EndToEnd, buyer: object = {}): Promise<Market> {
  const { org, client, token } = await world.organizations.open();
  const bought = await client.agents.create({ handle: 'buyer', ...buyer });
  const sold = await client.agents.create({ handle: 'seller' });
  return {
    org,
    admin: token,
    client,
    buyer: { agent_id: bought.agent_id, token: bought.token!, revocation_id: bought.revocation_id! },
    seller: { agent_id: sold.agent_id, token: sold.token! },
    x402: new X402Calls(world.instance.url),
  };
}

/** What is held on all wallets, and what the seller has earned. */
export async function moneyOf({ client, seller }: Market): Promise<{ held: number; earned: number }> {
  const { wallets } = await client.wallets.list();
  const held = wallets.reduce((sum, wallet) => sum + Number(wallet.held), 0);
  const own = wallets.find(({ wallet_id }) => wallet_id === `wal_${seller.agent_id.slice(4)}_usd`);
  return { held, earned: Number(own?.available ?? 0) };
}
