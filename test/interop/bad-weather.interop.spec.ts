import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clients, replay, type Pay } from './support/clients.js';
import { Market } from './support/market.js';
import type { Shop } from './support/goods.js';
import { shops } from './support/shops.js';

let market: Market;
beforeAll(async () => void (market = await Market.open()), 120_000);
afterAll(() => market?.close());

const PRICE = 10_000;
const COPIES = 20;

/** A payment in a header, with one thing changed in it. */
function altered(header: string, change: (payload: Sent) => void): string {
  const payload = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as Sent;
  change(payload);
  return Buffer.from(JSON.stringify(payload), 'utf8').toString('base64');
}
interface Sent {
  resource: { url: string };
  accepted: Record<string, unknown>;
  payload: Record<string, unknown>;
}

describe.each(Object.keys(shops))('%s in bad weather', (seller) => {
  let shop: Shop;
  let pay: Pay;
  beforeAll(async () => {
    shop = await shops[seller]!({ url: market.url, token: market.sellerToken, payTo: 'seller' });
    pay = clients['@x402/fetch']!((request) => market.buyer.x402.resolve(request));
  });
  afterAll(() => shop?.close());

  /** A payment for a route that nobody has shown yet. */
  async function unspent(path: string): Promise<string> {
    const { challenge } = await replay(`${shop.url}${path}`, '');
    const resolved = await market.buyer.x402.resolve({ challenge: challenge! });
    expect(resolved).toMatchObject({ header_name: 'PAYMENT-SIGNATURE' });
    return (resolved as { header_value: string }).header_value;
  }

  it.each(['/authorization', '/upfront', '/escrow'])(
    'C5: %s: of 20 copies at once one is served and paid',
    async (path) => {
      const before = shop.served();
      const cost = await market.cost(async () => {
        const payment = await unspent(path);
        const url = `${shop.url}${path}`;
        const answers = await Promise.all(Array.from({ length: COPIES }, () => replay(url, payment)));
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 402)).toHaveLength(COPIES - 1);
        for (const { status, body } of answers) if (status === 402) expect(body).not.toMatchObject({ sold: path });
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
      // Where the money moves, or the hold is made firm, before the handler, it runs once.
      if (path !== '/authorization') expect(shop.served() - before).toBe(1);
    },
  );

  it.each<[string, (payload: Sent) => void]>([
    ['a lower amount', (payload) => (payload.accepted['amount'] = '1')],
    ['another payee', (payload) => (payload.accepted['payTo'] = 'buyer')],
    ['another asset', (payload) => (payload.accepted['asset'] = 'JPY')],
    ['another network', (payload) => (payload.accepted['network'] = 'ledger:other')],
    ['another scheme', (payload) => (payload.accepted['scheme'] = 'upto')],
    ['another flow', (payload) => (payload.accepted['extra'] = { paymentFlow: 'upfront' })],
    ['a step of its own', (payload) => (payload.payload['type'] = 'void')],
    ['no token', (payload) => delete payload.payload['token']],
    ['a token of nobody', (payload) => (payload.payload['token'] = 'a.b.c')],
    ['a token cut short', (payload) => (payload.payload['token'] = String(payload.payload['token']).slice(0, -4))],
  ])(
    'C5: a payment with %s is refused and serves nothing; the hold stays good for what it is for',
    async (_, change) => {
      const url = `${shop.url}/authorization`;
      const payment = await unspent('/authorization');
      const answer = await replay(url, altered(payment, change));
      expect(answer.status).toBe(402);
      expect(answer.body).not.toMatchObject({ sold: '/authorization' });
      expect(await replay(url, payment)).toMatchObject({ status: 200, settlement: { success: true } });
    },
  );

  it.each(['/upfront', '/escrow'])('C5: in %s no payer can say what step it is', async (path) => {
    const payment = await unspent(path);
    for (const type of ['authorize', 'capture', 'void']) {
      const answer = await replay(
        `${shop.url}${path}`,
        altered(payment, ({ payload }) => void (payload['type'] = type)),
      );
      expect(answer.status).toBe(402);
    }
    expect(await replay(`${shop.url}${path}`, payment)).toMatchObject({ status: 200 });
  });

  it('C5: a payment for one flow pays no route of another, though it costs the same', async () => {
    const payment = await unspent('/authorization');
    const answer = await replay(`${shop.url}/upfront`, payment);
    expect(answer.status).toBe(402);
    expect(await replay(`${shop.url}/authorization`, payment)).toMatchObject({ status: 200 });
  });

  it('A1 D7: what is above a cap is refused with the rule, before anything is sent, and nothing is spent', async () => {
    await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.009' });
    try {
      const before = shop.served();
      const cost = await market.cost(() =>
        expect(pay(`${shop.url}/authorization`)).rejects.toThrow(/per_payment_limit_exceeded/),
      );
      expect(cost).toEqual({ spent: 0, held: 0 });
      expect(shop.served()).toBe(before);
    } finally {
      await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.50' });
    }
  });

  it.each(['/authorization', '/upfront', '/escrow'])(
    'F1: %s: a token stops working the moment its agent is frozen',
    async (path) => {
      const payment = await unspent(path);
      await market.organization.client.agents.freeze('buyer');
      try {
        const answer = await replay(`${shop.url}${path}`, payment);
        expect(answer.status).toBe(402);
        expect(answer.body).not.toMatchObject({ sold: path });
      } finally {
        await market.organization.client.agents.unfreeze('buyer');
      }
      expect(await market.spend()).toMatchObject({ held: 0 });
    },
  );
});

describe.each(Object.keys(shops))("%s with a credential that is not the payee's", (seller) => {
  it.each(['another agent', 'nobody'])('F7 A7: sells nothing with that of %s', async (who) => {
    const token = who === 'nobody' ? `${market.sellerToken.slice(0, -4)}AAAA` : await strangerToken();
    const shop = await shops[seller]!({ url: market.url, token, payTo: 'seller' });
    try {
      const { challenge } = await replay(`${shop.url}/upfront`, '');
      const resolved = await market.buyer.x402.resolve({ challenge: challenge! });
      const answer = await replay(`${shop.url}/upfront`, (resolved as { header_value: string }).header_value);
      expect([402, 503]).toContain(answer.status);
      expect(answer.body).not.toMatchObject({ sold: '/upfront' });
      expect(shop.served()).toBe(0);
      expect(await market.status(resolved.payment_id)).toBe('authorized');
    } finally {
      shop.close();
    }
  });

  let strangers = 0;
  async function strangerToken(): Promise<string> {
    strangers += 1;
    const stranger = await market.organization.client.agents.create({
      handle: `stranger-${seller.length}-${strangers}`,
    });
    return stranger.token!;
  }
});
