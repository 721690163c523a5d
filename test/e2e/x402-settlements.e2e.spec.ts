import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { bodyV1, bodyV2, challengeV2 } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

const tokenFor = (challenge: unknown) => market.x402.tokenFor(market.buyer.token, challenge);

describe('Flows', () => {
  it.each([
    ['50000', 0.05],
    ['1', 0.000001],
    ['0', 0],
  ])('B4 B5: under upto %s of 50000 is settled, and the rest is free at once', async (charged, earned) => {
    const { x402, seller } = market;
    const upto = { scheme: 'upto' };
    const token = await tokenFor(challengeV2(upto));
    const more = await x402.settle(seller.token, bodyV2(token, upto, { charged: '50001' }));
    expect(more.json).toMatchObject({ success: false, errorReason: 'invalid_payment_requirements' });
    const settled = await x402.settle(seller.token, bodyV2(token, upto, { charged }));
    expect(settled.json).toMatchObject({ success: true, amount: charged, extra: { status: 'captured' } });
    expect(await moneyOf(market)).toEqual({ held: 0, earned });
    const again = await x402.settle(seller.token, bodyV2(token, upto, { charged: '0' }));
    expect(again.json).toMatchObject({ success: false, errorReason: 'duplicate_settlement' });
  });

  it('B3: a server that serves nothing settles 0 of an exact payment, in v1 as in v2, and the hold is free', async () => {
    const { x402, seller } = market;
    for (const bodyOf of [
      (token: string) => bodyV2(token, {}, { charged: '0' }),
      (token: string) => bodyV1(token, { maxAmountRequired: '0' }),
    ]) {
      const token = await tokenFor(challengeV2());
      const settled = await x402.settle(seller.token, bodyOf(token));
      expect(settled.json).toMatchObject({ success: true, amount: '0', extra: { status: 'released' } });
      expect((await x402.settle(seller.token, bodyV2(token))).json).toMatchObject({ success: false });
      expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
    }
  });

  it('C4: upfront moves the money before anything is verified', async () => {
    const upfront = { extra: { paymentFlow: 'upfront' } };
    const token = await tokenFor(challengeV2(upfront));
    const settled = await market.x402.settle(market.seller.token, bodyV2(token, upfront));
    expect(settled.json).toMatchObject({ success: true });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  const escrow = { scheme: 'upto', extra: { paymentFlow: 'escrow' } };
  const step = (token: string, type: string, charged?: string) =>
    market.x402.settle(
      market.seller.token,
      bodyV2(token, escrow, { type, ...(charged === undefined ? {} : { charged }) }),
    );

  it('C4 D12: escrow holds firmly, whatever the payer does, until the payee captures a part', async () => {
    const { x402, client, buyer, seller } = market;
    const token = await tokenFor(challengeV2(escrow));
    const held = await step(token, 'authorize');
    expect(held.json).toMatchObject({ success: true, amount: '50000', extra: { status: 'held' } });
    const id = String(held.json['transaction']);
    for (const [path, body] of [
      ['void', {}],
      ['capture', { amount: '0.000001' }],
    ] as const) {
      const answer = await world.call('POST', `/v1/payments/${id}/${path}`, { token: buyer.token, body });
      expect([path, answer.status, answer.json['code']]).toEqual([path, 409, 'payment_dispatched']);
    }
    expect((await step(token, 'authorize')).json).toMatchObject({ errorReason: 'invalid_transaction_state' });
    await client.agents.revoke(buyer.revocation_id);
    expect((await x402.verify(seller.token, bodyV2(token, escrow))).json).toMatchObject({ isValid: true });
    expect((await step(token, 'capture', '20000')).json).toMatchObject({ success: true, amount: '20000' });
    expect((await step(token, 'void')).json).toMatchObject({ errorReason: 'duplicate_settlement', transaction: id });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.02 });
  });

  it('B3: escrow is given back where the payee voids it, before it was firm or after', async () => {
    for (const isFirm of [true, false]) {
      const token = await tokenFor(challengeV2(escrow));
      if (isFirm) await step(token, 'authorize');
      expect((await step(token, 'void')).json).toMatchObject({
        success: true,
        amount: '0',
        extra: { status: 'released' },
      });
      expect((await step(token, 'capture')).json).toMatchObject({ errorReason: 'invalid_transaction_state' });
      expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
    }
  });

  it('D12: a payer who accepted another flow has no firm hold made of it', async () => {
    const token = await tokenFor(challengeV2());
    const answer = await market.x402.settle(
      market.seller.token,
      bodyV2(token, { extra: { paymentFlow: 'escrow' } }, { type: 'authorize' }),
    );
    expect(answer.json).toMatchObject({ success: false, errorReason: 'invalid_payload' });
    expect(answer.json['errorMessage']).toContain('extra.paymentFlow');
  });
});

describe('What became of a settlement', () => {
  it('C3: payee and payer are told, and nobody else', async () => {
    const { x402, client, buyer, seller, admin } = market;
    const resolved = await x402.resolve(buyer.token, challengeV2());
    const id = String(resolved.json['payment_id']);
    const state = async (token: string) => (await x402.status(token, id)).json;
    const hash = `0x${id.slice(4)}${'0'.repeat(32)}`;
    for (const token of [buyer.token, seller.token, admin])
      expect(await state(token)).toMatchObject({ transaction: id, state: 'held', firm: false, amount: '50000' });
    await x402.settle(seller.token, bodyV2(resolved.json['payment_token']));
    expect(await state(seller.token)).toMatchObject({
      state: 'captured',
      amount: '50000',
      refunded: '0',
      network: 'ledger:main',
      receipt_id: id.replace('pay_', 'rcpt_'),
    });
    expect((await x402.status(seller.token, hash)).json).toMatchObject({ transaction: hash, state: 'captured' });
    await client.payments.refund(id, { amount: '0.01' });
    expect(await state(buyer.token)).toMatchObject({ state: 'refunded', amount: '50000', refunded: '10000' });

    const other = await client.agents.create({ handle: 'other' });
    const stranger = await world.organizations.open();
    for (const token of [other.token!, stranger.token])
      expect(await x402.status(token, id)).toMatchObject({ status: 404, json: { code: 'payment_not_found' } });
    const direct = await client.payments.authorize({ agent_id: 'buyer', payee: 'seller', amount: '1', capture: true });
    for (const unknown of [direct.payment_id, `pay_${'0'.repeat(32)}`, 'pay_1', hash.replace('0x', '1x')])
      expect(await x402.status(seller.token, unknown)).toMatchObject({
        status: 404,
        json: { code: 'payment_not_found' },
      });
    expect((await x402.status('wrong', id)).status).toBe(401);
  });

  it('C3: a hold that was released, and one whose time was over, say so', async () => {
    const { x402, buyer, seller } = market;
    const escrow = { extra: { paymentFlow: 'escrow' } };
    const firm = await x402.resolve(buyer.token, challengeV2(escrow));
    const token = firm.json['payment_token'];
    await x402.settle(seller.token, bodyV2(token, escrow, { type: 'authorize' }));
    const firmId = firm.json['payment_id'];
    expect((await x402.status(seller.token, firmId)).json).toMatchObject({ state: 'held', firm: true });
    await x402.settle(seller.token, bodyV2(token, escrow, { type: 'void' }));
    expect((await x402.status(seller.token, firmId)).json).toMatchObject({ state: 'released', amount: '0' });

    const short = { maxTimeoutSeconds: 1 };
    const resolved = await x402.resolve(buyer.token, challengeV2(short));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const body = bodyV2(resolved.json['payment_token'], short);
    expect((await x402.verify(seller.token, body)).json).toMatchObject({
      isValid: false,
      invalidReason: 'payment_expired',
    });
    expect((await x402.settle(seller.token, body)).json).toMatchObject({
      success: false,
      errorReason: 'payment_expired',
      transaction: '',
    });
    expect((await x402.redeem(seller.token, resolved.json['payment_token'])).status).toBe(409);
    expect((await x402.status(seller.token, resolved.json['payment_id'])).json).toMatchObject({ state: 'expired' });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });
});
