import { createHmac, randomUUID } from 'node:crypto';
import {
  challengeId,
  CHARGE_INTENT,
  encodeJson,
  endOf,
  isOwnChallenge,
  LEDGER_METHOD,
  readCredential,
  writeCharge,
  writePaymentChallenge,
  type LedgerCredential,
  type PaymentProblem,
} from '#mpp';
import type { RouteTerms } from './route-terms.js';

export type ReadByOffer =
  { ok: true; credential: LedgerCredential } | { ok: false; problem: PaymentProblem; reason: string };

/**
 * What one request may be paid by in the scheme Payment (MPP). Nothing is remembered of a challenge that was given out: its id is a keyed
 * hash of its terms, by which every server with the same credential knows it again.
 */
export class PaymentOffer {
  readonly #realm: string;
  readonly #request: string;

  constructor(
    private readonly key: Buffer,
    private readonly terms: RouteTerms,
    network: string,
    url: string,
  ) {
    const { price, payTo, flow } = terms;
    this.#realm = (URL.canParse(url) ? new URL(url).host : url).slice(0, 255);
    this.#request = writeCharge({
      amount: BigInt(price.amount),
      asset: price.asset,
      recipient: payTo,
      network,
      flow,
      resource: url,
    });
  }

  /** A new challenge: no two are the same payment. */
  challenge(): { id: string; header: string } {
    const { description, timeout_seconds } = this.terms;
    const terms = {
      realm: this.#realm,
      method: LEDGER_METHOD,
      intent: CHARGE_INTENT,
      request: this.#request,
      expires: new Date(Date.now() + timeout_seconds * 1000).toISOString(),
      opaque: encodeJson({ nonce: randomUUID() }),
    };
    const id = challengeId(this.key, terms);
    const challenge = { id, ...terms, ...(description !== '' && { description }) };
    return { id, header: writePaymentChallenge(challenge) };
  }

  /** Reads a credential that answers a challenge of this offer's, while that lasts. */
  read(authorization: string): ReadByOffer {
    const read = readCredential(authorization);
    if (!read.ok) {
      const [{ field, message } = { field: '', message: '' }] = read.problems;
      return { ok: false, problem: 'malformed-credential', reason: `${field} ${message}` };
    }
    const { challenge } = read.credential;
    if (!isOwnChallenge(this.key, challenge)) {
      return { ok: false, problem: 'invalid-challenge', reason: 'The challenge is none of this server' };
    }
    if (challenge.realm !== this.#realm || challenge.request !== this.#request) {
      return { ok: false, problem: 'invalid-challenge', reason: 'The challenge asks for something else' };
    }
    if (Date.now() >= (endOf(challenge) ?? 0)) {
      return { ok: false, problem: 'payment-expired', reason: 'The time of the challenge is over' };
    }
    return read;
  }
}

/** The key of a seller's challenges: everybody who has his credential, and nobody else, can tell them from others. */
export function challengeKey(token: string): Buffer {
  return createHmac('sha256', token).update('bursar payment challenge').digest();
}
