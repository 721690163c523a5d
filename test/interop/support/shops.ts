import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { HTTPFacilitatorClient } from '@x402/core/server';
import * as expressX402 from '@x402/express';
import * as honoX402 from '@x402/hono';
import express from 'express';
import { Hono } from 'hono';
import { Payable, paymentOf } from '#payable';
import { registerLedgerServer } from '#x402';
import { METERED, NETWORK, PRICE, routes, type Shop } from './goods.js';
import { nestShop } from './nest-shop.js';

interface Till {
  url: string;
  token: string;
  payTo: string;
}

function routesConfig(payTo: string) {
  return Object.fromEntries(
    Object.entries(routes).map(([path, { scheme, flow }]) => {
      const extra = flow === 'authorization' ? {} : { extra: { paymentFlow: flow } };
      return [`GET ${path}`, { accepts: { scheme, network: NETWORK, price: PRICE, payTo, ...extra } }] as const;
    }),
  );
}

/** How a published server finds Bursar: the facilitator's address, and its own credential for each call. */
export function facilitatorOf({ url, token }: Omit<Till, 'payTo'>): HTTPFacilitatorClient {
  const headers = { Authorization: `Bearer ${token}` };
  const createAuthHeaders = () => Promise.resolve({ verify: headers, settle: headers, supported: {} });
  return new HTTPFacilitatorClient({ url: `${url}/x402`, createAuthHeaders });
}

export const shops: Readonly<Record<string, (till: Till) => Promise<Shop>>> = {
  '@x402/express': (till) => {
    const facilitator = facilitatorOf(till);
    const server = registerLedgerServer(new expressX402.x402ResourceServer(facilitator), NETWORK, {
      settle: (payload, requirements) => facilitator.settle(payload, requirements),
    });
    return expressShop((app) => app.use(expressX402.paymentMiddleware(routesConfig(till.payTo), server)), {
      charge: (_, response) => expressX402.setSettlementOverrides(response, { amount: METERED }),
    });
  },

  '@x402/hono': (till) => {
    const facilitator = facilitatorOf(till);
    const server = registerLedgerServer(new honoX402.x402ResourceServer(facilitator), NETWORK, {
      settle: (payload, requirements) => facilitator.settle(payload, requirements),
    });
    return honoShop(routesConfig(till.payTo), server);
  },

  'the payable route of Bursar': (till) =>
    expressShop(
      (app) => {
        const paid = new Payable(till);
        for (const [path, { scheme, flow }] of Object.entries(routes))
          app.get(path, paid.route(PRICE, { scheme, flow }));
      },
      { charge: (request) => paymentOf(request)!.charge({ amount: METERED, asset: 'USD' }) },
    ),

  'the payable route of Bursar, in Nest': nestShop,
};

export interface Charging {
  charge: (request: express.Request, response: express.Response) => void;
}

export async function expressShop(protect: (app: express.Express) => unknown, { charge }: Charging): Promise<Shop> {
  const app = express();
  let served = 0;
  protect(app);
  for (const [path, { scheme, fails }] of Object.entries(routes)) {
    app.get(path, (request, response) => {
      served += 1;
      if (fails) return void response.status(500).json({ failed: path });
      if (scheme === 'upto') charge(request, response);
      return void response.json({ sold: path });
    });
  }
  const running = await new Promise<Server>((resolve) => {
    const one = app.listen(0, '127.0.0.1', () => resolve(one));
  });
  return listening(running, () => served);
}

export async function honoShop(
  protectedRoutes: Parameters<typeof honoX402.paymentMiddleware>[0],
  server: honoX402.x402ResourceServer,
): Promise<Shop> {
  const app = new Hono();
  let served = 0;
  app.use(honoX402.paymentMiddleware(protectedRoutes, server));
  for (const [path, { scheme, fails }] of Object.entries(routes)) {
    app.get(path, (context) => {
      served += 1;
      if (fails) return context.json({ failed: path }, 500);
      if (scheme === 'upto') honoX402.setSettlementOverrides(context, { amount: METERED });
      return context.json({ sold: path });
    });
  }
  const running = await new Promise<ServerType>((resolve) => {
    const one = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(one));
  });
  return listening(running as Server, () => served);
}

function listening(server: Server, served: () => number): Shop {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
