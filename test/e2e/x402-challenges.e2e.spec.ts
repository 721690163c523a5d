import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redeemedTokenSchema, resolvedChallengeSchema, settleAnswerSchema, supportedAnswerSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { challengeV1, challengeV2, legacyChallenge, requirements, requirementsV1, resource } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

const tokenFor = (challenge: unknown) => market.x402.tokenFor(market.buyer.token, challenge);
const decoded = (value: unknown): unknown => JSON.parse(Buffer.from(String(value), 'base64').toString());

describe('A challenge in each form', () => {
  it('A6: v2 is answered with what the retry carries, and is verified and settled', async () => {
    const { x402, buyer, seller } = market;
    const extensions = { 'payment-identifier': { info: { required: true }, schema: {} } };
    const offer = { ...requirements, extra: { note: 'kept' } };
    const accepts = [{ ...requirements, network: 'eip155:8453', asset: '0xa', payTo: '0xb' }, offer];
    const { status, json } = await x402.resolve(buyer.token, { ...challengeV2({}, { extensions }), accepts });
    expect(status).toBe(200);
    const resolved = resolvedChallengeSchema.parse(json);
    expect(resolved).toMatchObject({
      header_name: 'PAYMENT-SIGNATURE',
      amount: '0.05',
      payee: 'seller',
      scheme: 'exact',
    });
    const payload = decoded(resolved.header_value) as object;
    expect(payload).toEqual({
      x402Version: 2,
      resource,
      accepted: offer,
      payload: { token: resolved.payment_token },
      extensions: { 'payment-identifier': { info: { required: true, id: resolved.payment_id }, schema: {} } },
    });
    const body = { x402Version: 2, paymentPayload: payload, paymentRequirements: offer };
    const verified = await x402.verify(seller.token, body);
    expect([verified.status, verified.json]).toEqual([200, { isValid: true, payer: buyer.agent_id }]);
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
    const settled = await x402.settle(seller.token, body);
    expect(settled.status).toBe(200);
    expect(settleAnswerSchema.parse(settled.json)).toMatchObject({
      success: true,
      transaction: resolved.payment_id,
      network: 'ledger:main',
      payer: buyer.agent_id,
      amount: '50000',
      extra: { status: 'captured' },
    });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
    expect((await x402.verify(seller.token, body)).json).toMatchObject({
      isValid: false,
      invalidReason: 'duplicate_settlement',
    });
  });

  it('A6: v1 is answered with X-PAYMENT, and is verified and settled', async () => {
    const { x402, buyer, seller } = market;
    const resolved = resolvedChallengeSchema.parse((await x402.resolve(buyer.token, challengeV1())).json);
    expect(resolved.header_name).toBe('X-PAYMENT');
    const body = {
      x402Version: 1,
      paymentPayload: decoded(resolved.header_value),
      paymentRequirements: requirementsV1(),
    };
    expect((await x402.verify(seller.token, body)).json).toEqual({ isValid: true, payer: buyer.agent_id });
    expect((await x402.settle(seller.token, body)).json).toMatchObject({ success: true, payer: buyer.agent_id });
  });

  it('A6: the older form is answered with X-Payment, and is redeemed', async () => {
    const { x402, buyer, seller } = market;
    const { json } = await x402.resolve(buyer.token, legacyChallenge('n-1', { amount: 0.05 }));
    const resolved = resolvedChallengeSchema.parse(json);
    expect([resolved.header_name, resolved.header_value]).toEqual(['X-Payment', resolved.payment_token]);
    const redeemed = await x402.redeem(seller.token, resolved.payment_token, { currency: 'USD', nonce: 'n-1' });
    expect(redeemed.status).toBe(200);
    expect(redeemedTokenSchema.parse(redeemed.json)).toMatchObject({
      payment_id: resolved.payment_id,
      status: 'captured',
      amount_captured: '0.05',
      payer: { agent_id: buyer.agent_id, handle: 'buyer' },
      receipt_id: resolved.receipt_id,
    });
  });

  it('A6: the raw value of a header is the object that it stands for, plain or base64', async () => {
    const { x402, buyer } = market;
    const plain = JSON.stringify(legacyChallenge('raw'));
    const forms = [plain, ` ${plain} `, Buffer.from(plain).toString('base64'), legacyChallenge('raw')];
    const tokens = await Promise.all(forms.map((form) => tokenFor(form)));
    expect(new Set(tokens).size).toBe(1);
    const header = Buffer.from(JSON.stringify(challengeV2())).toString('base64');
    expect((await x402.resolve(buyer.token, header)).json).toMatchObject({ header_name: 'PAYMENT-SIGNATURE' });
  });

  it('C1 C5: the same challenge again is the same bytes, 20 times at once and after it was paid; another one is not', async () => {
    const { x402, buyer, seller } = market;
    const nonce = { extra: { nonce: 'order-7' } };
    const identified = { extensions: { 'payment-identifier': { info: { id: 'order-0000000000001' } } } };
    for (const challenge of [
      legacyChallenge('n-1'),
      challengeV2(nonce),
      challengeV2({}, identified),
      challengeV1({ extra: { nonce: 'order-8' } }),
    ]) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => x402.resolve(buyer.token, challenge)));
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]!.status).toBe(200);
    }
    expect((await moneyOf(market)).held).toBeCloseTo(0.2, 6);
    const token = await tokenFor(legacyChallenge('n-1'));
    await x402.redeem(seller.token, token);
    expect(await tokenFor(legacyChallenge('n-1'))).toBe(token);
    const [one, other] = [await tokenFor(challengeV2()), await tokenFor(challengeV2())];
    expect(other).not.toBe(one);
  });

  it('C1: without a reference of the challenge’s own the Idempotency-Key is one', async () => {
    const { x402, buyer } = market;
    const first = await x402.resolve(buyer.token, challengeV2(), {}, 'mine');
    const again = await x402.resolve(buyer.token, challengeV2(), { idempotency_key: 'mine' });
    expect(again.text).toBe(first.text);
    const other = await x402.resolve(buyer.token, challengeV2({ amount: '50001' }), {}, 'mine');
    expect([other.status, other.json['code']]).toEqual([409, 'idempotency_key_conflict']);
    const both = await x402.resolve(buyer.token, challengeV2(), { idempotency_key: 'mine' }, 'yours');
    expect([both.status, both.json['code']]).toEqual([422, 'header_invalid']);
    expect(await moneyOf(market)).toMatchObject({ held: 0.05 });
  });

  it.each([
    { amount: '0.06' },
    { destination: '@seller', amount: '0.06' },
    { currency: 'JPY', amount: '5' },
    { resource: 'https://other.example' },
  ])('C5: a nonce that comes again for %j is a conflict, and nothing more is held', async (changed) => {
    await tokenFor(legacyChallenge('n-1'));
    const { status, json } = await market.x402.resolve(market.buyer.token, legacyChallenge('n-1', changed));
    expect([status, json['code']]).toEqual([409, 'idempotency_key_conflict']);
    expect(await moneyOf(market)).toMatchObject({ held: 0.05 });
  });

  it('C5: two sellers who say the same nonce are two payments, and each challenge again is its own', async () => {
    const { x402, client, buyer, seller } = market;
    const other = await client.agents.create({ handle: 'other' });
    const payment = await tokenFor(legacyChallenge('order-1'));
    const second = await tokenFor(legacyChallenge('order-1', { destination: 'other' }));
    const identified = { extensions: { 'payment-identifier': { info: { id: 'order-0000000000001' } } } };
    const tokens = [
      await tokenFor(challengeV2({}, identified)),
      await tokenFor(challengeV2({ payTo: 'other' }, identified)),
    ];
    expect(new Set([payment, second, ...tokens]).size).toBe(4);
    expect(await tokenFor(legacyChallenge('order-1'))).toBe(payment);
    expect(await moneyOf(market)).toEqual({ held: 0.2, earned: 0 });
    expect((await x402.redeem(seller.token, payment, { nonce: 'order-1' })).status).toBe(200);
    expect((await x402.redeem(other.token!, second, { nonce: 'order-1' })).status).toBe(200);
    expect(await tokenFor(legacyChallenge('order-1', { destination: 'other' }))).toBe(second);
    const again = await x402.resolve(buyer.token, legacyChallenge('order-1', { destination: 'other', amount: '0.06' }));
    expect([again.status, again.json['code']]).toEqual([409, 'idempotency_key_conflict']);
  });

  it('C1: a nonce as long as any may be is a key like every other', async () => {
    const challenge = legacyChallenge('n'.repeat(255));
    expect(await tokenFor(challenge)).toBe(await tokenFor(challenge));
    expect(await moneyOf(market)).toMatchObject({ held: 0.05 });
  });

  it('A6: what is supported is told to everybody', async () => {
    const { status, json } = await world.call('GET', '/x402/supported');
    expect(status).toBe(200);
    const { kinds } = supportedAnswerSchema.parse(json);
    for (const x402Version of [1, 2])
      for (const scheme of ['exact', 'upto'])
        expect(kinds).toContainEqual(expect.objectContaining({ x402Version, scheme, network: 'ledger:main' }));
  });
});
