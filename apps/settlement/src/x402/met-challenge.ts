import type { ResolveChallengeRequest } from '#contracts';
import { isPaymentChallenge, readLedgerChallenge } from '#mpp';
import { readChallenge, X402_BOUNDS } from '#x402';
import type { SettlementParts } from '../ports.js';
import { refuse } from '../refused.js';
import type { MetChallenge, PaymentSchemeChallenge } from './challenge.js';

/** Reads the challenge of a request to resolve, or refuses and names what is wrong with it. */
export function readMetChallenge(
  { rails, issuer }: Pick<SettlementParts, 'rails' | 'issuer'>,
  { challenge }: Pick<ResolveChallengeRequest, 'challenge'>,
): MetChallenge {
  if (typeof challenge === 'string' && isPaymentChallenge(challenge)) return paymentScheme(challenge, issuer);
  const read = readChallenge(challenge, rails);
  return read.ok ? read.challenge : refuseChallenge(read);
}

function paymentScheme(text: string, network: string): PaymentSchemeChallenge {
  const read = readLedgerChallenge(text, network);
  if (!read.ok) return refuseChallenge(read);
  const { challenge, recipient, ends_at, ...terms } = read.challenge;
  return {
    ...terms,
    wire: 'mpp',
    scheme: 'exact',
    payee: recipient,
    reference: challenge.id,
    challenge,
    // The book lets no hold outlive its challenge: this one lives as long as that, where it says how long.
    ...(ends_at !== undefined && { ends_at, timeout_seconds: X402_BOUNDS.timeout_seconds }),
  };
}

function refuseChallenge({ code, problems }: Extract<ReturnType<typeof readLedgerChallenge>, { ok: false }>): never {
  return refuse(code, {
    problems: problems.map(({ field, message }) => ({ field: `challenge.${field}`, message })),
  });
}
