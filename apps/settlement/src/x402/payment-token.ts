import type { PaymentDetails } from '#domain';
import { hash } from 'node:crypto';
import type { KeyRing, OpenedToken } from '#security';
import { sameName, type FacilitatorRequest } from '#x402';
import type { MetChallenge } from './challenge.js';
import type { PaymentToken } from './token-claims.js';

const TYPE = 'bursar-payment+jwt';

/** The token for a hold. Made from committed facts alone, so that the same challenge again gives the same token. */
export function paymentToken(
  { keys, issuer }: TokenParts,
  org: string,
  challenge: MetChallenge,
  hold: { details: PaymentDetails; expires_at: number },
): string {
  const { details, expires_at } = hold;
  const { payment_id, payer, session_id, authorized_at } = details;
  const claims: PaymentToken = {
    iss: issuer,
    sub: payer.agent_id,
    org,
    ...(session_id === undefined ? {} : { sid: session_id }),
    jti: payment_id,
    iat: Math.floor(authorized_at / 1000),
    exp: Math.floor(expires_at / 1000),
    aud: challenge.payee,
    amount: details.amount,
    asset: challenge.asset,
    network: challenge.network,
    scheme: challenge.scheme,
    flow: challenge.flow,
    ...(challenge.resource === undefined ? {} : { resource: resourceHash(challenge.resource) }),
    terms: challenge.terms_hash,
    ...(isNamed(challenge) && challenge.reference !== undefined ? { nonce: challenge.reference } : {}),
  };
  return keys.seal(claims, TYPE);
}

/** Whether its payee may ask that a token answers this very challenge. */
function isNamed({ wire }: MetChallenge): boolean {
  return wire === 'legacy' || wire === 'mpp';
}

export interface TokenParts {
  keys: KeyRing;
  issuer: string;
}

export type ReadToken = { ok: true; token: PaymentToken } | { ok: false; reason: string };

/** A token that this deployment has made. Whether its hold is still there is the book's to know, so its time is not asked. */
export function readToken({ keys, issuer }: TokenParts, text: unknown): ReadToken {
  if (typeof text !== 'string') return { ok: false, reason: 'payload.token must be a payment token' };
  const verified: OpenedToken = keys.open(text, TYPE);
  if (!verified.ok) return { ok: false, reason: `the payment token does not hold: ${verified.reason}` };
  const token = verified.payload as unknown as PaymentToken;
  return token.iss === issuer ? { ok: true, token } : { ok: false, reason: 'the token is of another deployment' };
}

/** Where the token differs from what it is to pay for; undefined where it does not. */
export function tokenMismatch(token: PaymentToken, asked: FacilitatorRequest): string | undefined {
  if (token.network !== asked.network) return 'network';
  if (token.scheme !== asked.scheme) return 'scheme';
  if (token.flow !== asked.flow) return 'extra.paymentFlow';
  if (token.asset !== asked.asset.asset) return 'asset';
  if (!sameName(token.aud, asked.payee)) return 'payTo';
  if (token.amount !== (asked.authorized ?? asked.amount).toString() && !isPartOf(token, asked)) return 'amount';
  if (asked.resource !== undefined && token.resource !== undefined && token.resource !== resourceHash(asked.resource)) {
    return 'resource';
  }
  const { challenge_id } = asked.payload;
  return challenge_id === undefined || challenge_id === token.nonce ? undefined : 'challenge';
}

/** v1 names no amount of the payer's: what is charged under `upto` is then anything up to the token's, and 0 releases. */
function isPartOf(token: PaymentToken, { scheme, authorized, amount }: FacilitatorRequest): boolean {
  if (authorized !== undefined) return false;
  return amount === 0n || (scheme === 'upto' && amount <= BigInt(token.amount));
}

function resourceHash(url: string): string {
  return hash('sha256', url, 'base64url');
}
