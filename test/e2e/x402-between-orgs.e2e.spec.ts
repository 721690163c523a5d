import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket } from '../support/market.js';
import { bodyV2, challengeV2 } from '../support/x402.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** A buyer here, and a shop there with an agent above it and one beside it. */
async function twoOrgs() {
  const market = await openMarket(world);
  const there = await world.organizations.open({ partition: (partitionOf(market.org) + 1) % 64 });
  const boss = await there.client.agents.create({ handle: 'boss' });
  const shop = await there.client.agents.create({ handle: 'shop', parent_agent_id: boss.agent_id });
  const beside = await there.client.agents.create({ handle: 'beside' });
  const payTo = `${there.org}/shop`;
  const resolve = async (fields: object = {}) => {
    const answer = await market.x402.resolve(market.buyer.token, challengeV2({ payTo, ...fields }));
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json as { payment_token: string; payment_id: string };
  };
  return { market, there, payTo, resolve, boss: boss.token!, shop: shop.token!, beside: beside.token! };
}
type Two = Awaited<ReturnType<typeof twoOrgs>>;

async function cleared({ market }: Two, id: string) {
  for (let turn = 0; turn < 200; turn++) {
    const payment = await market.client.payments.get(id);
    if (payment.settlement !== 'in_clearing') return payment;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`payment ${id} stays in clearing`);
}

describe('A payee of another org', () => {
  it('D15: the named agent, one above it, and its org’s key settle; the money travels there once', async () => {
    const two = await twoOrgs();
    const { market, there, payTo, resolve } = two;
    for (const caller of [two.shop, two.boss, there.token]) {
      const { payment_token, payment_id } = await resolve();
      const body = bodyV2(payment_token, { payTo });
      expect((await market.x402.verify(caller, body)).json).toMatchObject({ isValid: true });
      const copies = await Promise.all(Array.from({ length: 5 }, () => market.x402.settle(caller, body)));
      expect(copies.filter(({ json }) => json['success'] === true)).toHaveLength(1);
      expect(await cleared(two, payment_id)).toMatchObject({ status: 'captured', settlement: 'settled' });
    }
    const { wallets } = await there.client.wallets.list();
    expect(wallets).toContainEqual(expect.objectContaining({ available: '0.15' }));
    expect(await moneyOf(market)).toMatchObject({ held: 0 });
  });

  it('F7 D16: anybody else is refused in the protocol’s shape, and the hold stays', async () => {
    const two = await twoOrgs();
    const { market, there, payTo, resolve } = two;
    const third = await world.organizations.open();
    const finance = (await there.client.keys.issue({ role: 'finance', name: 'f' })).token!;
    const { payment_token, payment_id } = await resolve();
    const body = bodyV2(payment_token, { payTo });
    const callers: [string, number, string][] = [
      [two.beside, 403, 'agent_not_own'],
      [finance, 403, 'role_not_allowed'],
      [third.token, 200, 'invalid_payload'],
      [market.admin, 200, 'invalid_payload'],
      [market.seller.token, 200, 'invalid_payload'],
      [`${two.shop}x`, 401, 'credential_invalid'],
    ];
    for (const [caller, status, code] of callers) {
      const verified = await market.x402.verify(caller, body);
      expect([verified.status, verified.json['isValid'], verified.json['invalidReason']]).toEqual([
        status,
        false,
        code,
      ]);
      const settled = await market.x402.settle(caller, body);
      expect([settled.status, settled.json['errorReason'], settled.json['transaction']]).toEqual([status, code, '']);
    }
    for (const caller of [two.beside, third.token])
      expect((await market.x402.status(caller, payment_id)).status).toBe(404);
    for (const caller of [two.shop, two.boss, there.token, market.buyer.token])
      expect((await market.x402.status(caller, payment_id)).json).toMatchObject({ state: 'held', amount: '50000' });
    expect(await moneyOf(market)).toMatchObject({ held: 0.05 });
  });

  it('D15: a part of it, nothing of it, and what escrow gives back leave the payer’s org exactly as they say', async () => {
    const two = await twoOrgs();
    const { market, there, payTo, resolve } = two;
    const upto = { payTo, scheme: 'upto' };
    for (const charged of ['20000', '0']) {
      const { payment_token } = await resolve(upto);
      const answer = await market.x402.settle(two.shop, bodyV2(payment_token, upto, { charged }));
      expect(answer.json).toMatchObject({ success: true, amount: charged });
    }
    const escrow = { payTo, extra: { paymentFlow: 'escrow' } };
    const { payment_token, payment_id } = await resolve(escrow);
    for (const type of ['authorize', 'void'])
      expect((await market.x402.settle(two.shop, bodyV2(payment_token, escrow, { type }))).json).toMatchObject({
        success: true,
      });
    expect((await market.x402.status(two.shop, payment_id)).json).toMatchObject({ state: 'released' });
    for (let turn = 0; turn < 100; turn++) {
      const { wallets } = await there.client.wallets.list();
      if (wallets.some(({ available }) => available === '0.02')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await there.client.wallets.list()).wallets).toContainEqual(expect.objectContaining({ available: '0.02' }));
    expect(await moneyOf(market)).toMatchObject({ held: 0 });
  });

  it('D15: a payee who turns out not to be there gives the money back', async () => {
    const two = await twoOrgs();
    const { market, there } = two;
    const payTo = `${there.org}/nobody`;
    const { json } = await market.x402.resolve(market.buyer.token, challengeV2({ payTo }));
    const settled = await market.x402.settle(there.token, bodyV2(json['payment_token'], { payTo }));
    expect(settled.json).toMatchObject({ success: true });
    expect(await cleared(two, String(json['payment_id']))).toMatchObject({
      settlement: 'reversed',
      amount_refunded: '0.05',
    });
    expect((await market.x402.status(there.token, json['payment_id'])).json).toMatchObject({
      state: 'refunded',
      refunded: '50000',
    });
  });

  it('A9: the payer’s own org may stand before the payee, and is the same as none', async () => {
    const market = await openMarket(world);
    const payTo = `${market.org}/seller`;
    const { json } = await market.x402.resolve(market.buyer.token, challengeV2({ payTo }));
    const settled = await market.x402.settle(market.seller.token, bodyV2(json['payment_token'], { payTo }));
    expect(settled.json).toMatchObject({ success: true });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });
});
