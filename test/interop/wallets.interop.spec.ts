import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { x402Client as AxiosX402Client } from '@x402/axios';
import type { Network } from '@x402/core/types';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { x402Client as FetchX402Client } from '@x402/fetch';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { wrapFetchWithPayment as wrapFetchWithPaymentV1 } from 'x402-fetch';
import { buildWhereStale } from '../support/build.js';
import { startInstance, type Instance } from '../support/instance.js';
import { payByAxios, payByFetch, replay, type Answer, type Pay } from './support/clients.js';
import { Market } from './support/market.js';
import type { Shop } from './support/goods.js';
import { payableShop, shopOfV1, walletShops, type WalletTill } from './support/wallet-shops.js';

const V1_NETWORK = 'base-sepolia';
const PRICE = 10_000;
const TRANSACTION = /^0x[0-9a-f]{32}0{32}$/;

const wallet = privateKeyToAccount(generatePrivateKey());
const stranger = privateKeyToAccount(generatePrivateKey());
const sellersWallet = privateKeyToAccount(generatePrivateKey());

let instance: Instance;
let market: Market;
let till: WalletTill;
beforeAll(async () => {
  buildWhereStale();
  instance = await startInstance({ settings: { BURSAR_X402_V1_NETWORK: V1_NETWORK } });
  market = await Market.open(instance);
  await market.register('buyer', wallet);
  await market.register('seller', sellersWallet);
  const kind = (await market.kinds()).find(({ network }) => network.startsWith('eip155:'))!;
  till = {
    url: market.url,
    sellerToken: market.sellerToken,
    address: sellersWallet.address,
    network: kind.network as Network,
    token: kind.extra as unknown as WalletTill['token'],
  };
}, 120_000);
afterAll(async () => {
  await market?.close();
  await instance?.stop();
  instance?.remove();
});

/** The published clients with their own scheme for EVM, and nothing of ours. */
const wallets: Readonly<Record<string, (signer: typeof wallet) => Pay>> = {
  '@x402/fetch': (signer) => {
    const client = new FetchX402Client().register('eip155:*', new ExactEvmScheme(signer));
    // The SDK pays in tokens that it knows, or that its user lists.
    client.setSpendControls({ allowedAssets: [{ network: till.network, asset: till.token.asset }] });
    return payByFetch(client);
  },
  '@x402/axios': (signer) => payByAxios(new AxiosX402Client().register('eip155:*', new ExactEvmScheme(signer))),
};

const reason = ({ settlement, challenge }: Answer) => settlement?.errorReason ?? challenge?.error;

describe.each(Object.keys(walletShops))('%s is paid by EVM wallets, with no plug-in', (seller) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await walletShops[seller]!(till)));
  afterAll(() => shop?.close());

  describe.each(Object.keys(wallets))('through %s', (client) => {
    it.each(['/authorization', '/upfront'])('C4: %s: paid once, served once', async (path) => {
      const cost = await market.cost(async () => {
        const answer = await wallets[client]!(wallet)(`${shop.url}${path}`);
        expect(answer).toMatchObject({
          status: 200,
          body: { sold: path },
          settlement: { success: true, network: till.network, transaction: expect.stringMatching(TRANSACTION) },
          cacheControl: 'private',
        });
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
    });

    it('B3: the handler failed, so nothing is spent', async () => {
      const cost = await market.cost(async () => {
        expect(await wallets[client]!(wallet)(`${shop.url}/failing`)).toMatchObject({ status: 500 });
      });
      expect(cost).toEqual({ spent: 0, held: 0 });
    });

    it.each(['/authorization', '/upfront'])('C5: %s: what was signed once is paid once', async (path) => {
      const first = await wallets[client]!(wallet)(`${shop.url}${path}`);
      expect(first.status).toBe(200);
      const cost = await market.cost(async () => {
        const second = await replay(`${shop.url}${path}`, first.sent!);
        expect(second.status).toBe(402);
        expect(reason(second)).toBe('duplicate_settlement');
      });
      expect(cost).toEqual({ spent: 0, held: 0 });
    });

    it.each(['/authorization', '/upfront'])('A1 D7: %s: above a cap: 402 with the rule', async (path) => {
      await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.009' });
      try {
        const before = shop.served();
        const cost = await market.cost(async () => {
          const answer = await wallets[client]!(wallet)(`${shop.url}${path}`);
          expect(answer.status).toBe(402);
          expect(reason(answer)).toBe('per_payment_limit_exceeded');
        });
        expect(cost).toEqual({ spent: 0, held: 0 });
        expect(shop.served()).toBe(before);
      } finally {
        await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.50' });
      }
    });

    it('F7: the wallet of nobody pays for nothing', async () => {
      const before = shop.served();
      const answer = await wallets[client]!(stranger)(`${shop.url}/authorization`);
      expect(answer.status).toBe(402);
      expect(reason(answer)).toBe('address_not_registered');
      expect(shop.served()).toBe(before);
    });
  });

  it.each(['/authorization', '/upfront'])('C5: %s: of 20 copies at once one is paid and served', async (path) => {
    // Signed, and kept from the shop.
    const { challenge } = await replay(`${shop.url}${path}`, '');
    if (challenge === undefined) throw new Error('The shop asks for nothing');
    const client = new FetchX402Client().register('eip155:*', new ExactEvmScheme(wallet)).setSpendControls(false);
    const payment = Buffer.from(JSON.stringify(await client.createPaymentPayload(challenge))).toString('base64');
    const cost = await market.cost(async () => {
      const copies = Array.from({ length: 20 }, () => replay(`${shop.url}${path}`, payment));
      const statuses = (await Promise.all(copies)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 402)).toHaveLength(19);
    });
    expect(cost).toEqual({ spent: PRICE, held: 0 });
  });
});

const sellersOfV1: Readonly<Record<string, () => Promise<Shop>>> = {
  'x402-express 1.2.0': () => shopOfV1(till, V1_NETWORK),
  'the payable route of Bursar': () => payableShop(till),
};

describe.each(Object.keys(sellersOfV1))('%s is paid by x402-fetch 1.2.0', (seller) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await sellersOfV1[seller]!()));
  afterAll(() => shop?.close());

  /** The payment that was sent is seen on its way. */
  async function pay(path: string, signer = wallet): Promise<{ answer: Response; sent: string }> {
    let sent = '';
    const noting: typeof fetch = (input, init) => {
      sent = new Headers(init?.headers).get('X-PAYMENT') ?? sent;
      return fetch(input, init);
    };
    return { answer: await wrapFetchWithPaymentV1(noting, signer)(`${shop.url}${path}`), sent };
  }

  it('C4: paid once, served once', async () => {
    const before = shop.served();
    const cost = await market.cost(async () => {
      const { answer } = await pay('/authorization');
      expect(answer.status).toBe(200);
      const settlement: unknown = JSON.parse(
        Buffer.from(answer.headers.get('x-payment-response')!, 'base64').toString('utf8'),
      );
      expect(settlement).toMatchObject({
        success: true,
        network: V1_NETWORK,
        payer: expect.stringMatching(new RegExp(`^${wallet.address}$`, 'i')),
        transaction: expect.stringMatching(TRANSACTION),
      });
    });
    expect(cost).toEqual({ spent: PRICE, held: 0 });
    expect(shop.served() - before).toBe(1);
  });

  it('B3: the handler failed, so nothing is spent', async () => {
    const cost = await market.cost(async () => expect((await pay('/failing')).answer.status).toBe(500));
    expect(cost).toEqual({ spent: 0, held: 0 });
  });

  it('C5: what was signed once is paid once', async () => {
    const { sent } = await pay('/authorization');
    const cost = await market.cost(async () => {
      const again = await replay(`${shop.url}/authorization`, sent, 'X-PAYMENT');
      expect(again).toMatchObject({ status: 402, body: { x402Version: 1, error: 'duplicate_settlement' } });
    });
    expect(cost).toEqual({ spent: 0, held: 0 });
  });

  it('A1 D7: above a cap: 402 with the rule', async () => {
    await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.009' });
    try {
      const { answer } = await pay('/authorization');
      expect(answer.status).toBe(402);
      expect(await answer.json()).toMatchObject({ error: 'per_payment_limit_exceeded' });
    } finally {
      await market.organization.client.agents.patch('buyer', { per_tx_limit: '0.50' });
    }
  });

  it('F7: the wallet of nobody pays for nothing', async () => {
    const { answer } = await pay('/authorization', stranger);
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ error: 'address_not_registered' });
  });
});

describe('x402 v1 with a price in the money of a real chain', () => {
  it('A9: is not settled here', async () => {
    const shop = await shopOfV1(till, V1_NETWORK);
    try {
      const cost = await market.cost(async () => {
        const answer = await wrapFetchWithPaymentV1(fetch, wallet)(`${shop.url}/real`);
        expect(answer.status).toBe(402);
        expect(await answer.json()).toMatchObject({ error: expect.stringContaining('invalid_payment_requirements') });
      });
      expect(cost).toEqual({ spent: 0, held: 0 });
    } finally {
      shop.close();
    }
  });
});
