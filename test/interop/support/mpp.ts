import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Challenge, Credential, Errors, Method, z } from 'mppx';
import { Mppx as MppxClient } from 'mppx/client';
import { Mppx as MppxServer } from 'mppx/server';
import { RefusedError, type BursarClient } from '#client';

/** The method `ledger`, as a user of the published package writes it down. */
const ledger = Method.from({
  name: 'ledger',
  intent: 'charge',
  schema: {
    credential: { payload: z.object({ token: z.string() }) },
    request: z.object({
      amount: z.string(),
      currency: z.string(),
      recipient: z.string(),
      methodDetails: z.object({
        network: z.string(),
        decimals: z.optional(z.string()),
        resource: z.optional(z.string()),
        paymentFlow: z.optional(z.string()),
      }),
    }),
  },
});

/** What an agent sends with its next request, that has met a challenge. */
export async function payingHeaders(buyer: BursarClient, challenge: string): Promise<Record<string, string>> {
  const answer = await buyer.x402.resolve({ challenge });
  if (answer.payment_token === undefined) throw new Error('it waits');
  return { [answer.header_name]: answer.header_value };
}

/** `fetch` of the published client, which pays out of an agent's account. */
export function mppxFetch(buyer: BursarClient): typeof fetch {
  const client = Method.toClient(ledger, {
    async createCredential({ challenge }) {
      return (await payingHeaders(buyer, Challenge.serialize(challenge)))['Authorization']!;
    },
  });
  return MppxClient.create({ methods: [client], polyfill: false }).fetch;
}

export interface MppxShop {
  url: string;
  served(): number;
  close(): void;
}

/** A server of the published package that sells for 0.01, and redeems at Bursar what it is paid with. */
export async function mppxShop(seller: BursarClient): Promise<MppxShop> {
  let served = 0;
  const method = Method.toServer(ledger, {
    async verify({ credential }) {
      const { challenge, payload } = credential;
      const redemption = { payment_token: payload.token, amount: '0.01', currency: 'USD', nonce: challenge.id };
      const redeemed = await seller.x402.redeem(redemption).catch((error: unknown) => {
        if (error instanceof RefusedError) throw new Errors.VerificationFailedError({ reason: error.code });
        throw error;
      });
      const { payment_id, recorded_at } = redeemed;
      return { status: 'success', method: 'ledger', reference: payment_id, timestamp: recorded_at };
    },
  });
  const mppx = MppxServer.create({ methods: [method], secretKey: 'a secret of at least 32 bytes, for tests' });
  const charge = mppx.charge({
    amount: '10000',
    currency: 'USD',
    recipient: 'seller',
    methodDetails: { network: 'ledger:main', decimals: '6' },
  });
  const server = await new Promise<Server>((resolve) => {
    const one = serve(
      {
        port: 0,
        hostname: '127.0.0.1',
        fetch: async (request) => {
          const result = await charge(request);
          if (result.status === 402) return result.challenge;
          served += 1;
          return result.withReceipt(Response.json({ sold: new URL(request.url).pathname }));
        },
      },
      () => resolve(one as Server),
    );
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => served,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a credential header says, by the published reader. */
export const deserializeCredential = (value: string) => Credential.deserialize<{ token: string }>(value);
