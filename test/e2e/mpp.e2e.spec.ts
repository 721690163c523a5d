import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { problemSchema, resolvedChallengeSchema } from '#contracts';
import { readCredential } from '#mpp';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { paymentChallenge, timeIn } from '../support/mpp.js';
import { bodyV1, bodyV2, challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function resolved(challenge: unknown, fields: object = {}) {
  const answer = await market.x402.resolve(market.buyer.token, challenge, fields);
  if (answer.status !== 200) throw new Error(answer.text);
  return resolvedChallengeSchema.parse(answer.json);
}

describe('A challenge of the scheme Payment', () => {
  it('A6: is answered with the credential for the retry, beside other schemes too, and its token is settled', async () => {
    const { x402, seller } = market;
    const challenge = paymentChallenge({ expires: timeIn(60_000), digest: 'sha-256=:X48E9q=:', description: 'A page' });
    const answer = await resolved(`Bearer realm="x", ${challenge}`);
    expect(answer).toMatchObject({ header_name: 'Authorization', amount: '0.05', payee: 'seller', scheme: 'exact' });
    const read = readCredential(answer.header_value);
    expect(read).toMatchObject({
      ok: true,
      credential: {
        challenge: { realm: 'seller.example', digest: 'sha-256=:X48E9q=:', description: 'A page' },
        payload: { token: answer.payment_token },
      },
    });
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
    const settled = await x402.settle(seller.token, bodyV2(answer.payment_token));
    expect(settled.json).toMatchObject({ success: true, transaction: answer.payment_id });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
    const status = await x402.status(seller.token, answer.payment_id);
    expect(status.json).toMatchObject({ state: 'captured' });
  });

  it('C1 C5: the same one 20 times at once, and after it was paid, is the same bytes and one hold', async () => {
    const { x402, buyer, seller } = market;
    const challenge = paymentChallenge({ expires: timeIn(60_000) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => x402.resolve(buyer.token, challenge)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
    await x402.settle(seller.token, bodyV2(answers[0]!.json['payment_token']));
    expect((await x402.resolve(buyer.token, challenge)).text).toBe(answers[0]!.text);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('C5: its id with anything else in it is a conflict; another payee’s, or a nonce of x402, that reads the same is another payment', async () => {
    const { x402, buyer } = market;
    const fields = { id: 'order-7', opaque: 'e30', expires: timeIn(60_000) };
    await resolved(paymentChallenge(fields));
    for (const other of [
      paymentChallenge(fields, { amount: 50_001n }),
      paymentChallenge(fields, { flow: 'escrow' }),
      paymentChallenge({ ...fields, expires: timeIn(90_000) }),
      paymentChallenge({ ...fields, digest: 'd' }),
      paymentChallenge({ ...fields, opaque: 'e31' }),
    ])
      expect((await x402.resolve(buyer.token, other)).json['code']).toBe('idempotency_key_conflict');
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
    await resolved(legacyChallenge('order-7'));
    expect(await moneyOf(market)).toEqual({ held: 0.1, earned: 0 });
    await market.client.agents.create({ handle: 'other' });
    await resolved(paymentChallenge(fields, { recipient: 'other' }));
    expect(await moneyOf(market)).toMatchObject({ held: 0.15 });
  });

  it('C5: that is over is not paid; its hold ends with it, and what was answered before is answered still', async () => {
    const { x402, buyer, seller } = market;
    const over = await x402.resolve(buyer.token, paymentChallenge({ expires: timeIn(-1) }));
    expect(over.status).toBe(409);
    expect(problemSchema.parse(over.json)).toMatchObject({ code: 'challenge_expired', retryable: false });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });

    const expires = timeIn(1_000);
    const short = paymentChallenge({ expires });
    const first = await x402.resolve(buyer.token, short);
    expect(first.json['expires_at']).toBe(expires);
    await pause(1_300);
    expect((await x402.resolve(buyer.token, short)).text).toBe(first.text);
    expect((await x402.settle(seller.token, bodyV2(first.json['payment_token']))).json).toMatchObject({
      success: false,
      errorReason: 'payment_expired',
    });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it.each([
    ['unsupported_challenge', () => paymentChallenge().replace('method="ledger"', 'method="tempo"')],
    ['unsupported_challenge', () => paymentChallenge().replace('intent="charge"', 'intent="session"')],
    ['unsupported_challenge', () => paymentChallenge({}, { network: 'ledger:other' })],
    ['challenge_invalid', () => paymentChallenge().replace('id=', 'ID=x, id=')],
    ['challenge_invalid', () => paymentChallenge({ id: 'x'.repeat(201) })],
    ['challenge_invalid', () => `${paymentChallenge()}, "`],
    ['challenge_invalid', () => paymentChallenge({}, { recipient: 'a/b/c' })],
    ['challenge_invalid', () => paymentChallenge({ expires: 'never' })],
  ])('A9: %s where it cannot be paid here, and nothing is held (case %#)', async (code, challenge) => {
    const answer = await market.x402.resolve(market.buyer.token, challenge());
    expect([answer.status, answer.json['code']]).toEqual([422, code]);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('A1 A11: the payer’s rules and the bound of the call decide as about any other', async () => {
    const bounded = await openMarket(world, { spending_cap: { amount: '0.05' } });
    const { x402, buyer } = bounded;
    const dear = await x402.resolve(buyer.token, paymentChallenge(), { max_credits: '0.04' });
    expect(dear).toMatchObject({ status: 402, json: { code: 'budget_exceeded' } });
    expect((await x402.resolve(buyer.token, paymentChallenge())).status).toBe(200);
    const refused = await x402.resolve(buyer.token, paymentChallenge());
    expect(refused).toMatchObject({ status: 402, json: { code: 'lifetime_cap_exceeded', remaining: '0' } });
    expect(await moneyOf(bounded)).toEqual({ held: 0.05, earned: 0 });
  });

  it('A1: above a threshold it waits, and the same call has the credential once it was approved', async () => {
    const waiting = await openMarket(world, { approval_above: { amount: '0.01' } });
    const { x402, buyer, seller, client } = waiting;
    const challenge = paymentChallenge({ expires: timeIn(60_000) });
    const first = await x402.resolve(buyer.token, challenge);
    expect([first.status, first.json['payment_token']]).toEqual([202, undefined]);
    await client.approvals.approve(String(first.json['approval_id']));
    const again = await x402.resolve(buyer.token, challenge);
    expect(again).toMatchObject({
      status: 200,
      json: { header_name: 'Authorization', payment_id: first.json['payment_id'] },
    });
    expect((await x402.settle(seller.token, bodyV2(again.json['payment_token']))).json).toMatchObject({
      success: true,
    });
  });

  it.each(['revoked', 'frozen'] as const)('F1: of an agent that is %s nothing is redeemed', async (how) => {
    const { x402, client, buyer, seller } = market;
    const { payment_token } = await resolved(paymentChallenge());
    if (how === 'revoked') await client.agents.revoke(buyer.revocation_id);
    else await client.agents.freeze('buyer', { reason: 'test' });
    expect((await x402.settle(seller.token, bodyV2(payment_token))).json).toMatchObject({
      success: false,
      errorReason: 'invalid_transaction_state',
    });
    const again = await x402.resolve(buyer.token, paymentChallenge());
    expect(again.status).toBe(how === 'revoked' ? 401 : 403);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });
});

describe('Its token, through whatever door', () => {
  const doors: Record<string, (token: string) => ReturnType<Market['x402']['settle']>> = {
    'settle v2': (token) => market.x402.settle(market.seller.token, bodyV2(token)),
    'settle v1': (token) => market.x402.settle(market.seller.token, bodyV1(token)),
    redeem: (token) => market.x402.redeem(market.seller.token, token),
  };
  const names = Object.keys(doors);
  const pairs = names.flatMap((first) => names.map((second): [string, string] => [first, second]));

  it.each(pairs)('C5: first %s and then %s: paid once', async (first, second) => {
    const { payment_token } = await resolved(paymentChallenge());
    const taken = await doors[first]!(payment_token);
    expect(taken.json).toMatchObject(first === 'redeem' ? { status: 'captured' } : { success: true });
    const again = await doors[second]!(payment_token);
    expect(again.json['errorReason'] ?? again.json['code']).toBe('duplicate_settlement');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('C5: 20 copies at once: one payment', async () => {
    const { payment_token } = await resolved(paymentChallenge());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, copy) => doors[names[copy % names.length]!]!(payment_token)),
    );
    const passed = answers.filter(({ json }) => json['success'] === true || json['status'] === 'captured');
    expect(passed).toHaveLength(1);
    for (const { json } of answers.filter((answer) => !passed.includes(answer)))
      expect(json['errorReason'] ?? json['code']).toBe('duplicate_settlement');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('C5: where the payee names a challenge it has to be that one, and its id is the nonce at redeem', async () => {
    const { x402, seller } = market;
    const naming = (token: string, challenge_id: string) => {
      const body = bodyV2(token);
      return { ...body, paymentPayload: { ...body.paymentPayload, payload: { token, challenge_id } } };
    };
    const { payment_token } = await resolved(paymentChallenge({ id: 'mine' }));
    const { payment_token: ofX402 } = await resolved(challengeV2());
    for (const body of [naming(payment_token, 'other'), naming(ofX402, 'mine')])
      expect((await x402.settle(seller.token, body)).json).toMatchObject({
        success: false,
        errorReason: 'invalid_payload',
        errorMessage: 'the payment token is for another challenge',
      });
    const wrong = await x402.redeem(seller.token, payment_token, { nonce: 'other' });
    expect([wrong.status, wrong.json['code']]).toEqual([422, 'payment_token_invalid']);
    expect(await moneyOf(market)).toEqual({ held: 0.1, earned: 0 });
    expect((await x402.settle(seller.token, naming(payment_token, 'mine'))).json).toMatchObject({ success: true });
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0.05 });
  });

  it('A6: a payer of another org pays by it out of its own book', async () => {
    const abroad = await openMarket(world);
    const recipient = `${market.org}/seller`;
    const answer = await abroad.x402.resolve(abroad.buyer.token, paymentChallenge({}, { recipient }));
    const body = bodyV2(answer.json['payment_token'], { payTo: recipient });
    expect((await abroad.x402.settle(abroad.seller.token, body)).json).toMatchObject({ success: false });
    expect((await market.x402.settle(market.seller.token, body)).json).toMatchObject({ success: true });
    expect((await market.x402.settle(market.seller.token, body)).json['errorReason']).toBe('duplicate_settlement');
    expect(await moneyOf(abroad)).toEqual({ held: 0, earned: 0 });
  });

  it('F7: nobody but the payee takes it, and nobody for another sum', async () => {
    const { x402, client, buyer, seller } = market;
    const { payment_token } = await resolved(paymentChallenge());
    const other = await client.agents.create({ handle: 'other' });
    for (const token of [buyer.token, other.token!])
      expect((await x402.settle(token, bodyV2(payment_token))).json).toMatchObject({ success: false });
    for (const changed of [{ amount: '50001' }, { amount: '49999' }, { payTo: 'other' }, { asset: 'JPY' }])
      expect((await x402.settle(seller.token, bodyV2(payment_token, changed))).json).toMatchObject({
        success: false,
        errorReason: 'invalid_payload',
      });
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
  });
});
