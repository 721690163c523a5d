import type { BursarClient } from '#client';
import type { EndToEnd } from './end-to-end.js';

/** An org whose writer asks its planner for money, and a stranger beside them. */
export async function openAskingOrg(world: EndToEnd) {
  const organization = await world.organizations.open();
  const { client } = organization;
  const payer = await client.agents.create({ handle: 'planner', spending_cap: { amount: '5.00' } });
  const payee = await client.agents.create({ handle: 'writer' });
  const stranger = await client.agents.create({ handle: 'stranger' });
  return {
    ...organization,
    ids: { payer: payer.agent_id, payee: payee.agent_id },
    payer: world.client(payer.token!),
    payee: world.client(payee.token!),
    stranger: world.client(stranger.token!),
    tokens: { payer: payer.token!, payee: payee.token!, stranger: stranger.token! },
  };
}

/** The code with which it was refused. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'passed',
    (error: { code?: string }) => error.code ?? 'an error without a code',
  );

export async function earned(client: BursarClient, agent: string): Promise<string> {
  const { wallets } = await client.wallets.list();
  return wallets.find(({ wallet_id }) => wallet_id === `wal_${agent.slice(4)}_usd`)?.available ?? '0';
}
