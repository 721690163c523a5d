import type { Amount } from './amount.js';

export interface ResolveChallengeRequest {
  /** The raw value of PAYMENT-REQUIRED or X-Payment-Required, the body of an x402 v1 answer, or any of them decoded. */
  challenge: string | object;
  /** Who pays. Default: the agent of the token. */
  agent_id?: string;
  session_id?: string;
  /** More than this is refused as `budget_exceeded`. */
  max_credits?: Amount;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** Used where the challenge has no nonce or payment-identifier of its own. */
  idempotency_key?: string;
}

export interface RedeemTokenRequest {
  /** What the payer sent in X-Payment. */
  payment_token: string;
  /** What was asked for in the challenge. */
  amount: Amount;
  currency?: string;
  /** Of the challenge. */
  nonce?: string;
  idempotency_key?: string;
}
