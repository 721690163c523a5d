import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { assertPython, drive } from './python.js';
import { startSeller, type Seller } from './seller.js';

// The Python examples that need no paid service, against a real Bursar; `npm run test:system` builds first.
let world: EndToEnd;
let market: Market;
let seller: Seller;
beforeAll(async () => {
  assertPython();
  world = await EndToEnd.begin();
}, 120_000);
afterAll(() => world?.end());
beforeEach(async () => {
  market = await openMarket(world, { per_tx_limit: '0.50' });
  seller = await startSeller(world.instance.url, market.seller.token);
});
afterEach(() => seller?.stop());

interface Fetched {
  text?: string;
  error?: string;
  says?: string;
  status?: number;
}

async function fetchAll(paths: readonly string[], max_credits = '0.10'): Promise<Fetched[]> {
  const urls = paths.map((path) => `${seller.url}${path}`);
  const { url } = world.instance;
  return drive<Fetched[]>('fetch', { url, agent_token: market.buyer.token, max_credits, urls });
}

describe('The tool fetch_with_x402', () => {
  it('pays at a 402 with the agent’s token, asks once more, and the seller has the money', async () => {
    expect(await fetchAll(['/free', '/report'])).toEqual([{ text: 'free for all' }, { text: 'the report' }]);
    expect(Object.fromEntries(seller.asked)).toEqual({ '/free': 1, '/report': 2 });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('names address and status of a 402 that says no price, and of a page that is not there', async () => {
    const [silent, gone] = await fetchAll(['/silent', '/nowhere']);
    expect(silent).toEqual({
      error: 'FetchError',
      status: 402,
      says: `GET ${seller.url}/silent was answered 402: it asks for money and does not say how to pay`,
    });
    expect(gone).toMatchObject({
      error: 'FetchError',
      status: 404,
      says: expect.stringContaining('/nowhere was answered 404'),
    });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('C5: names address, status and payment of a retry that failed, and asks no third time', async () => {
    const [stubborn, broken] = await fetchAll(['/stubborn', '/broken']);
    expect(stubborn).toMatchObject({
      error: 'FetchError',
      status: 402,
      says: expect.stringMatching(/\/stubborn was answered 402: it was offered payment pay_\w+ and did not come/),
    });
    expect(broken).toMatchObject({ status: 500, says: expect.stringContaining('/broken was answered 500') });
    expect(Object.fromEntries(seller.asked)).toEqual({ '/stubborn': 2, '/broken': 2 });
  });

  it('A1: is refused in the ledger’s words where the page is dearer than it may be, and nothing is held', async () => {
    const [dear] = await fetchAll(['/report'], '0.01');
    expect(dear).toMatchObject({ error: 'BursarError', status: 402, says: expect.stringContaining('budget_exceeded') });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });
});

describe('The stop condition on what is left', () => {
  const ask = (least: string) => {
    const { url } = world.instance;
    return drive('remaining_spend', { url, key: market.admin, agent: 'buyer', least });
  };

  it('lets a team go on while enough is left, and ends it when it is not', async () => {
    await market.client.agents.patch('buyer', { spending_cap: { amount: '1.00' } });
    expect(await ask('0.30')).toBeNull();
    await market.client.payments.pay({ agent_id: 'buyer', payee: 'seller', amount: '0.50' });
    await market.client.payments.pay({ agent_id: 'buyer', payee: 'seller', amount: '0.25' });
    expect(await ask('0.25')).toBeNull();
    expect(await ask('0.26')).toEqual({ content: '0.25 credits are left, 0.26 are needed', terminated: true });
  });
});
