import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { receiptSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { openMarket, type Market } from '../support/market.js';
import type { PlainAnswer } from '../support/plain-http.js';
import { receiptVerifier } from '../support/receipt-verifier.js';
import { bodyV2, challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let verify: Awaited<ReturnType<typeof receiptVerifier>>;
let jwks: object;
beforeAll(async () => {
  world = await EndToEnd.begin();
  verify = await receiptVerifier();
  jwks = (await world.call('GET', '/.well-known/jwks.json')).json;
}, 120_000);
afterAll(() => world?.end());

/** A receipt as it is read over HTTP, and what the verifier of the documentation says was signed. */
async function receiptOf(bearer: string, receiptId: unknown): Promise<PlainAnswer> {
  const answer = await world.call('GET', `/v1/receipts/${String(receiptId)}`, { token: bearer });
  if (answer.status !== 200) throw new Error(answer.text);
  expect(receiptSchema.safeParse(answer.json).error).toBeUndefined();
  const { jws: _jws, ...claims } = answer.json;
  expect(verify(answer.text, jwks)).toEqual(claims);
  return answer;
}

/** What a payment token says of the challenge that it answers. */
const termsIn = (token: unknown) =>
  (JSON.parse(Buffer.from(String(token).split('.')[1]!, 'base64url').toString()) as { terms: string }).terms;

const partiesOf = ({ buyer, seller }: Market) => ({
  payer: { agent_id: buyer.agent_id, handle: 'buyer' },
  payee: { agent_id: seller.agent_id, handle: 'seller' },
});

describe('The receipt of an x402 payment', () => {
  it('C5 D7: says who paid whom for which challenge, held and then settled, to payer, payee and org alike', async () => {
    const market = await openMarket(world);
    const { x402, client, buyer, seller, admin } = market;
    const { session_id } = await client.sessions.open({ budget: '1.00', agent_id: 'buyer' });
    const fields = { session_id, label: 'goal=7' };
    const { json: resolved } = await x402.resolve(buyer.token, challengeV2(), fields);
    const terms_hash = termsIn(resolved['payment_token']);
    const held = await receiptOf(buyer.token, resolved['receipt_id']);
    expect(held.json).toMatchObject({ status: 'authorized', amount_held: '0.05', amount_captured: '0', terms_hash });

    const settled = await x402.settle(seller.token, bodyV2(resolved['payment_token']));
    expect(settled.json).toMatchObject({ success: true, extra: { receipt_id: resolved['receipt_id'] } });
    const receipt = await receiptOf(buyer.token, resolved['receipt_id']);
    expect(receipt.json).toMatchObject({
      ...partiesOf(market),
      org: market.org,
      book: 'payer',
      status: 'captured',
      protocol: 'x402',
      terms_hash,
      amount: '0.05',
      amount_held: '0',
      amount_captured: '0.05',
      amount_refunded: '0',
      currency: 'USD',
      within_cap: true,
      session_id,
      session_path: [session_id],
      labels: { label: 'goal=7' },
      refunds: [],
      refusals: [],
      decided: { position: resolved['position'] },
      recorded: { position: (settled.json['extra'] as { position: string }).position },
    });
    for (const reader of [seller.token, admin])
      expect((await receiptOf(reader, resolved['receipt_id'])).text).toBe(receipt.text);
    // What was given out before still verifies, and is another statement.
    expect(verify(held.text, jwks)).toMatchObject({ status: 'authorized' });
  });

  it('D4: that comes with a redemption is the one that is read afterwards', async () => {
    const { x402, buyer, seller } = await openMarket(world);
    const { json: resolved } = await x402.resolve(buyer.token, legacyChallenge('n-1'));
    const { json: redeemed } = await x402.redeem(seller.token, resolved['payment_token'], { nonce: 'n-1' });
    const read = await receiptOf(seller.token, redeemed['receipt_id']);
    expect(redeemed['receipt']).toEqual(read.json);
    expect(read.json).toMatchObject({ status: 'captured', terms_hash: termsIn(resolved['payment_token']) });
  });

  it('D7: of a part that was charged, and of a refund, says each sum and why', async () => {
    const market = await openMarket(world);
    const { x402, client, buyer, seller } = market;
    const upto = { scheme: 'upto' };
    const { json: resolved } = await x402.resolve(buyer.token, challengeV2(upto));
    await x402.settle(seller.token, bodyV2(resolved['payment_token'], upto, { charged: '30000' }));
    const charged = await receiptOf(buyer.token, resolved['receipt_id']);
    expect(charged.json).toMatchObject({
      status: 'captured',
      amount: '0.05',
      amount_held: '0',
      amount_captured: '0.03',
    });

    await client.payments.refund(String(resolved['payment_id']), { amount: '0.01', reason: 'half a page' });
    const { json, text } = await receiptOf(seller.token, resolved['receipt_id']);
    expect(json).toMatchObject({
      ...partiesOf(market),
      status: 'refunded',
      protocol: 'x402',
      amount_captured: '0.03',
      amount_refunded: '0.01',
      refunds: [{ amount: '0.01', reason: 'half a page' }],
      decided: charged.json['decided'],
    });
    expect((await receiptOf(buyer.token, resolved['receipt_id'])).text).toBe(text);
    expect(verify(charged.text, jwks)).toMatchObject({ amount_refunded: '0' });
  });

  it('D7 F7: of a refusal names the rule with its figures, and is nobody’s who has no part in it', async () => {
    const market = await openMarket(world, { spending_cap: { amount: '0.08' } });
    const { x402, client, buyer } = market;
    await x402.resolve(buyer.token, challengeV2());
    const refused = await x402.resolve(buyer.token, legacyChallenge('n-1'));
    expect([refused.status, refused.json['code']]).toEqual([402, 'lifetime_cap_exceeded']);
    const receiptId = String(refused.json['payment_id']).replace('pay_', 'rcpt_');
    const { json } = await receiptOf(buyer.token, receiptId);
    expect(json).toMatchObject({
      ...partiesOf(market),
      status: 'declined',
      protocol: 'x402',
      amount: '0.05',
      amount_held: '0',
      amount_captured: '0',
      within_cap: false,
      terms_hash: expect.stringMatching(/^v1:/),
      decline: {
        code: 'lifetime_cap_exceeded',
        scope: { kind: 'agent', id: buyer.agent_id },
        limit: '0.08',
        held: '0.05',
        requested: '0.05',
        remaining: '0.03',
        currency: 'USD',
      },
      decided: { position: refused.json['position'] },
    });
    // The challenge once more is answered by the same refusal, and it has no second receipt.
    expect((await x402.resolve(buyer.token, legacyChallenge('n-1'))).json['payment_id']).toBe(
      refused.json['payment_id'],
    );
    // Its payee may ask what became of it, and is told that and no figures.
    const told = await x402.status(market.seller.token, refused.json['payment_id']);
    expect([told.status, told.json['state'], told.text.includes('0.08')]).toEqual([200, 'declined', false]);
    expect((await world.call('GET', `/v1/receipts/${receiptId}`, { token: market.seller.token })).status).toBe(404);
    const stranger = await client.agents.create({ handle: 'onlooker' });
    const other = await world.call('GET', `/v1/receipts/${receiptId}`, { token: stranger.token! });
    expect([other.status, other.json['code']]).toEqual([404, 'receipt_not_found']);
  });

  it('B3 D7: of what was released, or asked for too late, says that nothing was taken', async () => {
    const { x402, client, buyer, seller } = await openMarket(world);
    const { json: resolved } = await x402.resolve(buyer.token, challengeV2());
    const [receiptId, token] = [resolved['receipt_id'], resolved['payment_token']];
    await client.payments.void(String(resolved['payment_id']));
    expect((await x402.settle(seller.token, bodyV2(token))).json).toMatchObject({ success: false });
    const { json } = await receiptOf(buyer.token, receiptId);
    expect(json).toMatchObject({ status: 'voided', amount_held: '0', amount_captured: '0', within_cap: true });
  });
});
