import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redeemedTokenSchema, resolvedChallengeSchema, settleAnswerSchema, supportedAnswerSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import {
  bodyV1,
  bodyV2,
  challengeV1,
  challengeV2,
  legacyChallenge,
  requirements,
  requirementsV1,
  resource,
} from '../support/x402.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

async function tokenFor(challenge: unknown, fields: object = {}): Promise<string> {
  const answer = await market.x402.resolve(market.buyer.token, challenge, fields);
  if (answer.status !== 200) throw new Error(answer.text);
  return String(answer.json['payment_token']);
}

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

describe('A token that comes back through more than one door', () => {
  type Door = (token: string) => ReturnType<Market['x402']['settle']>;
  const doors: Record<string, Door> = {
    'settle v2': (token) => market.x402.settle(market.seller.token, bodyV2(token)),
    'settle v1': (token) => market.x402.settle(market.seller.token, bodyV1(token)),
    redeem: (token) => market.x402.redeem(market.seller.token, token),
  };
  const challenges: Record<string, () => unknown> = {
    v2: () => challengeV2(),
    v1: () => challengeV1(),
    'the older form': () => legacyChallenge('n-1'),
  };
  const names = Object.keys(doors);
  const pairs = Object.keys(challenges).flatMap((form) =>
    names.flatMap((first) => names.map((second): [string, string, string] => [form, first, second])),
  );

  it.each(pairs)(
    'C5: of %s, first %s and then %s: paid once, and the second is a duplicate',
    async (form, first, second) => {
      const token = await tokenFor(challenges[form]!());
      const taken = await doors[first]!(token);
      expect(taken.status).toBe(200);
      expect(taken.json).toMatchObject(first === 'redeem' ? { status: 'captured' } : { success: true });
      const again = await doors[second]!(token);
      if (second === 'redeem') expect([again.status, again.json['code']]).toEqual([409, 'duplicate_settlement']);
      else
        expect([again.status, again.json]).toEqual([
          200,
          expect.objectContaining({
            success: false,
            errorReason: 'duplicate_settlement',
            transaction: taken.json['transaction'] ?? taken.json['payment_id'],
            network: 'ledger:main',
          }),
        ]);
      expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
    },
  );

  it('C5: 20 copies at once, through all doors: one payment', async () => {
    const token = await tokenFor(challengeV2());
    const copies = Array.from({ length: 20 }, (_, copy) => doors[names[copy % names.length]!]!(token));
    const answers = await Promise.all(copies);
    const passed = answers.filter(({ json }) => json['success'] === true || json['status'] === 'captured');
    expect(passed).toHaveLength(1);
    for (const { json } of answers.filter((answer) => !passed.includes(answer)))
      expect(json['errorReason'] ?? json['code']).toBe('duplicate_settlement');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('C1: the same caller’s Idempotency-Key replays the success, through any door; another’s, or none, does not', async () => {
    const { x402, seller, admin } = market;
    const token = await tokenFor(challengeV2());
    const copies = await Promise.all(
      Array.from({ length: 20 }, () => x402.settle(seller.token, bodyV2(token), 'mine')),
    );
    expect(new Set(copies.map(({ text }) => text)).size).toBe(1);
    expect(copies[0]!.json).toMatchObject({ success: true });
    expect((await x402.settle(seller.token, bodyV1(token), 'mine')).json).toMatchObject({ success: true });
    expect((await x402.redeem(seller.token, token, {}, 'mine')).json).toMatchObject({ status: 'captured' });
    for (const answer of [
      await x402.settle(seller.token, bodyV2(token), 'other'),
      await x402.settle(admin, bodyV2(token), 'mine'),
      await x402.settle(seller.token, bodyV2(token)),
    ])
      expect(answer.json).toMatchObject({ success: false, errorReason: 'duplicate_settlement' });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });
});

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
