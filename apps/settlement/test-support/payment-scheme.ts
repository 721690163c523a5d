import { challengeId, CHARGE_INTENT, LEDGER_METHOD, writeCharge, writePaymentChallenge, type LedgerCharge } from '#mpp';
import type { PaymentSchemeChallenge } from '../src/x402/challenge.js';
import { readMetChallenge } from '../src/x402/met-challenge.js';
import { ledgerRail } from '../src/x402/rails.js';

const KEY = Buffer.alloc(32, 3);
const NETWORK = 'ledger:test';

const charge: LedgerCharge = {
  amount: 50_000n,
  asset: 'USD',
  recipient: 'writer',
  network: NETWORK,
  flow: 'authorization',
  resource: 'https://writer.example/page',
};

/** A `WWW-Authenticate` value that asks for 0.05, with what is changed in its parameters and in what it asks for. */
export function paymentSchemeHeader(
  changed: Record<string, string | undefined> = {},
  asked: Partial<LedgerCharge> = {},
) {
  const request = writeCharge({ ...charge, ...asked });
  const fields = { realm: 'writer.example', method: LEDGER_METHOD, intent: CHARGE_INTENT, request, ...changed };
  return writePaymentChallenge({ id: challengeId(KEY, fields), ...fields });
}

export function metChallenge(header: string): PaymentSchemeChallenge {
  const met = readMetChallenge({ rails: [ledgerRail('test')], issuer: NETWORK }, { challenge: header });
  if (met.wire !== 'mpp') throw new Error('of another form');
  return met;
}
