import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { bodyV1, bodyV2, challengeV1, challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

const tokenFor = (challenge: unknown) => market.x402.tokenFor(market.buyer.token, challenge);

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
