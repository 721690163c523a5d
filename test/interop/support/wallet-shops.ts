import type { Network } from '@x402/core/types';
import { registerExactEvmScheme } from '@x402/evm/exact/server';
import * as expressX402 from '@x402/express';
import * as honoX402 from '@x402/hono';
import { paymentMiddleware as paymentMiddlewareV1 } from 'x402-express';
import { Payable } from '#payable';
import type { Shop } from './goods.js';
import { expressShop, facilitatorOf, honoShop } from './shops.js';

/** What a shop needs to be paid by wallets. `token` names what they sign for, as Bursar tells in /x402/supported. */
export interface WalletTill {
  url: string;
  sellerToken: string;
  address: `0x${string}`;
  network: Network;
  token: { asset: `0x${string}`; name: string; version: string };
}

/** What a wallet signs is settled at once: so there is no escrow, and no maximum. */
export const WALLET_ROUTES = ['/authorization', '/upfront', '/failing'] as const;
const AMOUNT = '10000';

function routesConfig({ address, network, token: { asset, name, version } }: WalletTill) {
  const price = { amount: AMOUNT, asset, extra: { name, version } };
  return Object.fromEntries(
    WALLET_ROUTES.map((path) => {
      const extra = path === '/upfront' ? { extra: { paymentFlow: 'upfront' } } : {};
      return [`GET ${path}`, { accepts: { scheme: 'exact', network, price, payTo: address, ...extra } }] as const;
    }),
  );
}

const nothing = { charge: () => undefined };

/** Shops with the published scheme for EVM, and nothing of ours; and the payable route. */
export const walletShops: Readonly<Record<string, (till: WalletTill) => Promise<Shop>>> = {
  '@x402/express': (till) => {
    const facilitator = facilitatorOf({ url: till.url, token: till.sellerToken });
    const server = registerExactEvmScheme(new expressX402.x402ResourceServer(facilitator), {
      networks: [till.network],
    });
    return expressShop((app) => app.use(expressX402.paymentMiddleware(routesConfig(till), server)), nothing);
  },

  '@x402/hono': (till) => {
    const facilitator = facilitatorOf({ url: till.url, token: till.sellerToken });
    const server = registerExactEvmScheme(new honoX402.x402ResourceServer(facilitator), { networks: [till.network] });
    return honoShop(routesConfig(till), server);
  },

  'the payable route of Bursar': payableShop,
};

export function payableShop({ url, sellerToken, address }: WalletTill): Promise<Shop> {
  const paid = new Payable({ url, token: sellerToken, payTo: 'seller', address });
  return expressShop((app) => {
    for (const path of WALLET_ROUTES) {
      app.get(path, paid.route('$0.01', { flow: path === '/upfront' ? 'upfront' : 'authorization' }));
    }
  }, nothing);
}

/** x402 v1, which knows networks by names of its own. */
export function shopOfV1({ url, sellerToken, address, token }: WalletTill, network: 'base-sepolia'): Promise<Shop> {
  const headers = { Authorization: `Bearer ${sellerToken}` };
  const createAuthHeaders = () => Promise.resolve({ verify: headers, settle: headers, supported: {} });
  const { asset, name, version } = token;
  const price = { amount: AMOUNT, asset: { address: asset, decimals: 6, eip712: { name, version } } };
  return expressShop((app) => {
    const routes = {
      '/authorization': { price, network },
      '/failing': { price, network },
      '/real': { price: '$0.01', network },
    };
    app.use(
      paymentMiddlewareV1(address, routes, { url: `${url as `http://${string}`}/x402`, createAuthHeaders }) as never,
    );
    app.get('/real', (_, response) => void response.json({ sold: '/real' }));
  }, nothing);
}
