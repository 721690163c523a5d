import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { x402Client, wrapFetchWithPayment } from '@x402/fetch';
import type { BursarClient } from '#client';
import { ledgerSchemeClient } from '#x402';
import { clients, replay } from './support/clients.js';
import { Market } from './support/market.js';
import type { Shop } from './support/goods.js';
import { shops } from './support/shops.js';

let market: Market;
let shop: Shop;
beforeAll(async () => {
  market = await Market.open();
  shop = await shops['the payable route of Bursar']!({ url: market.url, token: market.sellerToken, payTo: 'seller' });
}, 120_000);
afterAll(async () => {
  shop?.close();
  await market?.close();
});

const PRICE = 10_000;

/** What an agent that knows nothing of x402 reads out of a 402. */
const challenges: Readonly<Record<string, (answer: Response) => Promise<string | object>>> = {
  'the older form': (answer) => Promise.resolve(answer.headers.get('x-payment-required')!),
  'x402 v1': async (answer) => (await answer.json()) as object,
  'x402 v2': (answer) => Promise.resolve(answer.headers.get('payment-required')!),
};

async function resolved(buyer: BursarClient, form: string, path: string) {
  const challenge = await challenges[form]!(await fetch(`${shop.url}${path}`));
  const answer = await buyer.x402.resolve({ challenge });
  if (answer.payment_token === undefined) throw new Error('it waits');
  return { challenge, ...answer };
}

describe.each(Object.keys(challenges))(
  'A payable route that is asked in %s, by an agent with nothing but its token',
  (form) => {
    it.each(['/authorization', '/upfront', '/escrow'])('A6: %s: is paid and served once', async (path) => {
      const cost = await market.cost(async () => {
        const { header_name, header_value, payment_id } = await resolved(market.buyer, form, path);
        const answer = await replay(`${shop.url}${path}`, header_value, header_name);
        expect(answer).toMatchObject({ status: 200, body: { sold: path }, settlement: { transaction: payment_id } });
        expect(await replay(`${shop.url}${path}`, header_value, header_name)).toMatchObject({ status: 402 });
        expect(await market.status(payment_id)).toBe('captured');
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
    });

    it.each(['/failing', '/failing-escrow'])('B3: %s: gives the hold back', async (path) => {
      const cost = await market.cost(async () => {
        const { header_name, header_value } = await resolved(market.buyer, form, path);
        expect(await replay(`${shop.url}${path}`, header_value, header_name)).toMatchObject({ status: 500 });
      });
      expect(cost).toEqual({ spent: 0, held: 0 });
    });

    it('C5: a payment for one resource pays no other one, though it costs the same', async () => {
      const { header_name, header_value } = await resolved(market.buyer, form, '/authorization');
      const elsewhere = await replay(`${shop.url}/authorization?page=2`, header_value, header_name);
      expect(elsewhere).toMatchObject({ status: 402 });
      expect(await replay(`${shop.url}/authorization`, header_value, header_name)).toMatchObject({ status: 200 });
    });

    it('C5: a token that was paid with at one door is refused at all others', async () => {
      const { header_name, header_value, payment_token, challenge } = await resolved(
        market.buyer,
        form,
        '/authorization',
      );
      expect(await replay(`${shop.url}/authorization`, header_value, header_name)).toMatchObject({ status: 200 });
      expect(await replay(`${shop.url}/authorization`, payment_token, 'X-Payment')).toMatchObject({ status: 402 });
      const nonce = typeof challenge === 'string' && challenge.startsWith('{') ? nonceOf(challenge) : undefined;
      const redemption = { payment_token, amount: '0.01', currency: 'USD', ...(nonce !== undefined && { nonce }) };
      await expect(market.seller.x402.redeem(redemption)).rejects.toMatchObject({ code: 'duplicate_settlement' });
    });
  },
);

function nonceOf(challenge: string): string {
  return (JSON.parse(challenge) as { nonce: string }).nonce;
}

describe('The older form', () => {
  it('C1: the same challenge again gives the same token, and one hold', async () => {
    const first = await resolved(market.buyer, 'the older form', '/authorization');
    const again = await market.buyer.x402.resolve({ challenge: first.challenge });
    expect(again).toMatchObject({ payment_id: first.payment_id, payment_token: first.payment_token });
    await replay(`${shop.url}/authorization`, first.header_value, first.header_name);
    expect((await market.spend()).held).toBe(0);
  });

  it('A6: is not offered where the price is a maximum', async () => {
    expect((await fetch(`${shop.url}/metered`)).headers.has('x-payment-required')).toBe(false);
  });
});

describe('The client plug-in on the wire of v1', () => {
  it('A6: pays a 402 whose body alone asks, in v1', async () => {
    // As a server that knows v1 only would answer.
    const withoutV2: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (answer.status !== 402) return answer;
      return new Response(await answer.text(), { status: 402, headers: { 'content-type': 'application/json' } });
    };
    const client = new x402Client().registerV1(
      'ledger:main',
      ledgerSchemeClient('exact', (request) => market.buyer.x402.resolve(request)),
    );
    const cost = await market.cost(async () => {
      const answer = await wrapFetchWithPayment(withoutV2, client)(`${shop.url}/authorization`);
      expect(answer.status).toBe(200);
      expect(answer.headers.has('x-payment-response')).toBe(true);
    });
    expect(cost).toEqual({ spent: PRICE, held: 0 });
  });
});

describe.each(Object.keys(shops))('%s, paid from another org', (seller) => {
  it.each(Object.keys(clients))(
    'A6: by %s: the payer pays out of its own book, and the seller earns',
    async (client) => {
      const abroad = await shops[seller]!({
        url: market.url,
        token: market.sellerToken,
        payTo: `${market.organization.org}/seller`,
      });
      const foreign = await Market.open();
      try {
        const cost = await foreign.cost(async () => {
          const answer = await clients[client]!((request) => foreign.buyer.x402.resolve(request))(
            `${abroad.url}/escrow`,
          );
          expect(answer).toMatchObject({ status: 200, settlement: { success: true } });
          const { transaction } = answer.settlement!;
          expect(await foreign.status(transaction)).toBe('captured');
          expect(await market.earned(transaction)).toBe('0.01');
        });
        expect(cost).toEqual({ spent: PRICE, held: 0 });
      } finally {
        abroad.close();
        await foreign.close();
      }
    },
  );
});
