import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clients, replay, type Pay } from './support/clients.js';
import { Market } from './support/market.js';
import { METERED, NETWORK, type Shop } from './support/goods.js';
import { shops } from './support/shops.js';

let market: Market;
beforeAll(async () => void (market = await Market.open()), 120_000);
afterAll(() => market?.close());

const PRICE = 10_000;

describe.each(Object.keys(shops))('%s sells on the ledger network', (seller) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shops[seller]!({ url: market.url, token: market.sellerToken, payTo: 'seller' });
  });
  afterAll(() => shop?.close());

  describe.each(Object.keys(clients))('to %s', (client) => {
    let pay: Pay;
    beforeAll(() => void (pay = clients[client]!((request) => market.buyer.x402.resolve(request))));

    it.each(['/authorization', '/upfront', '/escrow'])('C4: exact, %s: paid once, served once', async (path) => {
      const before = shop.served();
      const cost = await market.cost(async () => {
        const answer = await pay(`${shop.url}${path}`);
        expect(answer).toMatchObject({
          status: 200,
          body: { sold: path },
          settlement: {
            success: true,
            network: NETWORK,
            amount: String(PRICE),
            transaction: expect.stringMatching(/^pay_/),
          },
          cacheControl: 'private',
        });
        expect(await market.status(answer.settlement!.transaction)).toBe('captured');
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
      expect(shop.served() - before).toBe(1);
    });

    it.each(['/metered', '/metered-escrow'])(
      'B4: upto, %s: what the work cost is charged, and the rest is free again',
      async (path) => {
        const cost = await market.cost(async () => {
          const answer = await pay(`${shop.url}${path}`);
          expect(answer).toMatchObject({ status: 200, settlement: { success: true, amount: METERED } });
        });
        expect(cost).toEqual({ spent: Number(METERED), held: 0 });
      },
    );

    it.each(['/failing', '/failing-metered', '/failing-escrow'])(
      'B3: %s: the handler failed, so nothing is spent and nothing stays held',
      async (path) => {
        const cost = await market.cost(async () => {
          expect(await pay(`${shop.url}${path}`)).toMatchObject({ status: 500, body: { failed: path } });
        });
        expect(cost).toEqual({ spent: 0, held: 0 });
      },
    );

    it('B3: upfront: the handler failed, and the payer holds the proof of what it paid', async () => {
      const cost = await market.cost(async () => {
        const answer = await pay(`${shop.url}/failing-upfront`);
        expect(answer).toMatchObject({ status: 500, settlement: { success: true } });
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
    });

    it.each(['/authorization', '/upfront', '/escrow', '/metered'])(
      'C5: %s: a payment that comes again is refused, and serves nothing',
      async (path) => {
        const first = await pay(`${shop.url}${path}`);
        expect(first.status).toBe(200);
        const cost = await market.cost(async () => {
          const second = await replay(`${shop.url}${path}`, first.sent!);
          expect(second.status).toBe(402);
          expect(second.body).not.toEqual(first.body);
          expect(second.settlement?.errorReason ?? second.challenge?.error).toMatch(
            /duplicate_settlement|invalid_transaction_state/,
          );
        });
        expect(cost).toEqual({ spent: 0, held: 0 });
      },
    );
  });
});
