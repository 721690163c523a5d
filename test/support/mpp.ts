import { challengeId, encodeJson, writeCharge, writePaymentChallenge, type LedgerCharge } from '#mpp';
import { randomUUID } from 'node:crypto';
import { resource } from './x402.js';

const KEY = Buffer.alloc(32, 5);

export const charge: LedgerCharge = {
  amount: 50_000n,
  asset: 'USD',
  recipient: 'seller',
  network: 'ledger:main',
  flow: 'authorization',
  resource: resource.url,
};

export interface ChallengeFields {
  id?: string;
  expires?: string;
  digest?: string;
  opaque?: string;
  description?: string;
}

/** A `WWW-Authenticate` value that asks for 0.05 as the x402 forms do, by an id of its own each time. */
export function paymentChallenge(fields: ChallengeFields = {}, asked: Partial<LedgerCharge> = {}): string {
  const request = writeCharge({ ...charge, ...asked });
  const opaque = encodeJson({ nonce: randomUUID() });
  const rest = { realm: 'seller.example', method: 'ledger', intent: 'charge', request, opaque, ...fields };
  return writePaymentChallenge({ ...rest, id: fields.id ?? challengeId(KEY, rest) });
}

/** RFC 3339, so many milliseconds from now. */
export function timeIn(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}
