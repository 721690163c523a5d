import { readJson, type JsonObject } from '#contracts';
import type { Rail } from '../src/rails.js';

/** An address of a token that exists nowhere, on a private chain id. */
export const TOKEN = '0x00000000000000000000000000000000000b0c4a';

export const ledger: Rail = {
  network: 'ledger:test',
  schemes: ['exact', 'upto'],
  assets: [
    { name: 'USD', asset: 'USD' },
    { name: 'JPY', asset: 'JPY' },
  ],
};
export const chain: Rail = {
  network: 'eip155:402402',
  schemes: ['exact'],
  assets: [{ name: TOKEN, asset: 'USD', token: { name: 'Bursar USD', version: '1' } }],
};
export const rails: readonly Rail[] = [chain, ledger];

export const requirements = {
  scheme: 'exact',
  network: 'ledger:test',
  amount: '50000',
  asset: 'USD',
  payTo: 'writer',
  maxTimeoutSeconds: 60,
};
export const requirementsV1 = {
  scheme: 'exact',
  network: 'ledger:test',
  maxAmountRequired: '50000',
  asset: 'USD',
  payTo: 'writer',
  resource: 'https://writer.example/page',
  description: 'A page',
  mimeType: 'text/html',
  maxTimeoutSeconds: 60,
};
export const resource = { url: 'https://writer.example/page', description: 'A page' };
export const paymentRequired = { x402Version: 2, error: 'payment required', resource, accepts: [requirements] };
export const paymentRequiredV1 = { x402Version: 1, error: 'payment required', accepts: [requirementsV1] };
export const legacy = { amount: '0.05', currency: 'USD', destination: 'writer', nonce: 'n-1' };

/** A value as it comes off the wire: its numbers as they were written. */
export function wire(value: unknown): unknown {
  return wireText(JSON.stringify(value));
}

export function wireText(text: string): unknown {
  const read = readJson(text);
  if (!read.ok) throw new Error(`not JSON: ${text}`);
  return read.value;
}

/** The object with one field changed; `undefined` leaves it out. */
export function changed(object: object, path: string, value: unknown): JsonObject {
  const copy = JSON.parse(JSON.stringify(object)) as JsonObject;
  const names = path.split('.');
  const last = names.pop()!;
  let at = copy;
  for (const name of names) at = at[name] as JsonObject;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}
