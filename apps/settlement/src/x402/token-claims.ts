import type { PaymentFlow, Scheme } from '#x402';

/** What a token says: one hold, and the challenge that it answers. Times in seconds since the epoch. */
export interface PaymentToken {
  iss: string;
  /** The payer, its org and the session that it paid in. */
  sub: string;
  org: string;
  sid?: string;
  /** The payment, which is also the hold's id. */
  jti: string;
  iat: number;
  /** The hold's end. */
  exp: number;
  /** The payee, as the challenge names him. */
  aud: string;
  /** Atomic units as text: under `upto` the most that may be charged. */
  amount: string;
  asset: string;
  network: string;
  scheme: Scheme;
  /** Only in the flow `escrow` may the payee make the hold firm. */
  flow: PaymentFlow;
  /** Hash of the URL that the challenge names. */
  resource?: string;
  /** Hash of the whole challenge. */
  terms: string;
  /** The nonce of a challenge of the older form, the id of one of the scheme Payment. */
  nonce?: string;
}
