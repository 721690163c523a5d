import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function ended(client: Awaited<ReturnType<typeof twoOrgs>>['payer']['client'], id: string) {
  for (let turn = 0; turn < 100; turn++) {
    const payment = await client.payments.get(id);
    if (payment.settlement !== 'in_clearing') return payment;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`payment ${id} stays in clearing`);
}

async function twoOrgs() {
  const payer = await world.organizations.open();
  const payee = await world.organizations.open({ partition: (partitionOf(payer.org) + 1) % 64 });
  await payer.client.agents.create({ handle: 'buyer', spending_cap: { amount: '5.00' } });
  await payee.client.agents.create({ handle: 'shop' });
  return { payer, payee };
}

describe('payments between orgs', () => {
  it('D15: a payment to an agent of another org is settled there, once', async () => {
    const { payer, payee } = await twoOrgs();
    const request = { agent_id: 'buyer', payee: 'shop', payee_org: payee.org, amount: '1.25', capture: true };
    const [first, again] = await Promise.all([
      payer.client.payments.authorize({ ...request, idempotency_key: 'once' }),
      payer.client.payments.authorize({ ...request, idempotency_key: 'once' }),
    ]);
    expect(again.payment_id).toBe(first.payment_id);
    expect(first.payee).toEqual({ payee_org: payee.org, handle: 'shop' });
    expect(await ended(payer.client, first.payment_id)).toMatchObject({ status: 'captured', settlement: 'settled' });
    const here = (await payer.client.wallets.list()).wallets.find(({ wallet_id }) => wallet_id.startsWith('clearing'));
    const there = (await payee.client.wallets.list()).wallets;
    expect(here).toMatchObject({ wallet_id: 'clearing:out:USD', available: '1.25' });
    expect(there).toContainEqual(expect.objectContaining({ wallet_id: 'clearing:in:USD', available: '-1.25' }));
    expect(there).toContainEqual(
      expect.objectContaining({ available: '1.25', owner: expect.objectContaining({ kind: 'agent' }) }),
    );
  });

  it('D15: a payment that the other org refuses comes back whole, to wallet and cap', async () => {
    const { payer, payee } = await twoOrgs();
    const request = { agent_id: 'buyer', payee: 'nobody', payee_org: payee.org, amount: '1.25', capture: true };
    const { payment_id } = await payer.client.payments.authorize(request);
    expect(await ended(payer.client, payment_id)).toMatchObject({ settlement: 'reversed', amount_refunded: '1.25' });
    expect(await payer.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0, remaining_usd: 5 });
  });
});
