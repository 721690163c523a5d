import { createHmac } from 'node:crypto';

export const NETWORK = 'ledger:test';
export const KEY = Buffer.alloc(32, 7);

/** What a server of the method `ledger` asks for: 0.05 USD for a page. */
export const request = {
  amount: '50000',
  currency: 'USD',
  recipient: 'writer',
  methodDetails: { network: NETWORK, decimals: '6', resource: 'https://writer.example/page' },
};
export const EXPIRES = '2026-03-04T12:01:00.000Z';
export const TOKEN = 'aGVhZA.Y2xhaW1z.c2ln';

export const b64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export interface Parameters {
  [name: string]: string | undefined;
}

/** The parameters of a challenge, some of which are changed or (undefined) left out. */
export function parameters(changed: Parameters = {}, asked: object = request): Parameters {
  const fields = { realm: 'writer.example', method: 'ledger', intent: 'charge', request: b64(asked), expires: EXPIRES };
  return { id: idOf(fields), ...fields, ...changed };
}

/** By the draft's own words, apart from the code under test. */
export function idOf({ realm, method, intent, request: asked, expires, digest, opaque }: Parameters): string {
  const slots = [realm, method, intent, asked, expires ?? '', digest ?? '', opaque ?? ''];
  return createHmac('sha256', KEY).update(slots.join('|')).digest('base64url');
}

export function header(fields: Parameters): string {
  const written = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `Payment ${written.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
