import type { JsonObject } from '#contracts';
import { Payable, type PayableOptions, type RouteOptions } from '../src/index.js';
import type { ScriptedFacilitator } from './scripted-facilitator.js';
import { encoded, header, Seller } from './seller.js';

export const ADDRESS = '0x00000000000000000000000000000000000000aa';
export const JWS = 'aGVhZA.Y2xhaW1z.c2ln';

type Handler = Parameters<typeof Seller.start>[1];
export type Sold = [route?: RouteOptions, handler?: Handler, options?: Partial<PayableOptions>];

export const page: Handler = (_, response) =>
  void response
    .setHeader('content-type', 'application/json')
    .setHeader('cache-control', 'max-age=60')
    .end('{"page":1}');
export const failing: Handler = (_, response) => void response.writeHead(500).end('{"failed":1}');

/** Sells a page for a cent, which is settled through this facilitator. */
export function sellThrough(facilitator: ScriptedFacilitator, ...sold: Sold): Promise<Seller> {
  const [route = {}, handler = page, options = {}] = sold;
  const payable = new Payable({
    url: facilitator.url,
    token: 'seller',
    payTo: 'writer',
    deadline_ms: 1000,
    ...options,
  });
  return Seller.start(payable.route('$0.01', route), handler);
}

export const accepted = (response: Response, index = 0): JsonObject =>
  (header(response, 'payment-required')['accepts'] as JsonObject[])[index]!;

/** Meets the 402 and comes back with a payment in v2. */
export async function pay(
  at: Seller,
  change: (payload: JsonObject) => JsonObject = (payload) => payload,
): Promise<Response> {
  const challenge = await at.get();
  const payload = { x402Version: 2, accepted: accepted(challenge), payload: { token: JWS } };
  return at.get({ 'PAYMENT-SIGNATURE': encoded(change(payload)) });
}
