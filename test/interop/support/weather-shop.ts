import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPFacilitatorClient } from '@x402/core/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import { declareDiscoveryExtension } from '@x402/extensions/bazaar';
import express from 'express';
import { registerLedgerServer } from '#x402';
import { NETWORK, PRICE } from './goods.js';

/** How a server or a client finds Bursar and its catalogue, each call with its own credential. */
export function discoveryFacilitator(url: string, token: string): HTTPFacilitatorClient {
  const headers = { Authorization: `Bearer ${token}` };
  const createAuthHeaders = () =>
    Promise.resolve({ verify: headers, settle: headers, supported: headers, bazaar: headers });
  return new HTTPFacilitatorClient({ url: `${url}/x402`, createAuthHeaders });
}

/** An Express server as its documentation has it, whose routes declare how they are called. */
export async function weatherShop(facilitator: HTTPFacilitatorClient, payTo: string) {
  const server = registerLedgerServer(new x402ResourceServer(facilitator), NETWORK);
  const accepts = { scheme: 'exact', network: NETWORK, price: PRICE, payTo } as const;
  const output = { example: { celsius: 20 } };
  const app = express();
  app.use(
    paymentMiddleware(
      {
        'GET /weather': {
          accepts,
          description: 'Weather of a city',
          mimeType: 'application/json',
          extensions: declareDiscoveryExtension({
            input: { city: 'Berlin' },
            inputSchema: { properties: { city: { type: 'string' } }, required: ['city'] },
            output,
          }),
        },
        'GET /stations/:station': { accepts, extensions: declareDiscoveryExtension({ output }) },
        'POST /reports': {
          accepts,
          description: 'A report by mail',
          extensions: declareDiscoveryExtension({
            bodyType: 'json',
            input: { kind: 'daily' },
            inputSchema: { properties: { kind: { type: 'string' } } },
            output,
          }),
        },
        'GET /unlisted': { accepts },
      },
      server,
    ),
  );
  app.use((_, response) => void response.json({ celsius: 20 }));
  const running = await new Promise<Server>((resolve) => {
    const one = app.listen(0, '127.0.0.1', () => resolve(one));
  });
  return {
    url: `http://127.0.0.1:${(running.address() as AddressInfo).port}`,
    close: () => {
      running.closeAllConnections();
      running.close();
    },
  };
}
