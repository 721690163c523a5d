import type { Asset } from '../money.js';
import type { Protocol } from '../parties.js';
import type { RefusalCode } from '../declines.js';
import type { Labels } from '../events/index.js';
import type { CommandHeader, Credential } from './command-header.js';

/** An agent by its id or handle; with `org` where it may be another's. */
export interface NamedPayee {
  agent: string;
  org?: string;
  /** By which the payer named it: in the payer's own book it must be the agent's. */
  address?: string;
}

export interface AuthorizePayment extends CommandHeader {
  type: 'payment.authorize';
  /** Id or handle; absent means the session's agent, else the org's agent `default`. */
  agent?: string;
  session_id?: string;
  payee: NamedPayee | { service: string };
  amount: bigint;
  asset: Asset;
  /** True: authorize and capture in one decision. */
  capture: boolean;
  protocol: Protocol;
  labels: Labels;
  category?: string;
  expires_in_ms?: number;
  /** Salted hash of the memo, whose text and salt lie beside the log (D20). */
  memo_hash?: string;
  /** Salted hash of what a paid service is asked, which lies beside the log (D20). */
  request_hash?: string;
  /** The hold is dispatched in the same decision, and its outcome becomes unknown after this long: the call follows at once (D12). */
  dispatched_for_ms?: number;
  /** Of the challenge that it answers (x402). */
  terms_hash?: string;
  /** When that challenge ends: nothing is held for it then, nor for longer. */
  not_after?: number;
  /** Declined where it would have to wait for an approval: whoever asks cannot wait. */
  no_waiting?: true;
  /** Free text, or the id of the payment request that this pays. */
  request_id?: string;
  /** What the book of another org has said of the payment request. */
  request_there?: { ended?: RefusalCode; expires_at?: number };
}

/**
 * Authorizes and captures what the payer has signed with the key of one of its addresses, for the payee that asks (x402 `exact` as
 * EVM wallets sign it). Its key is made of the authorization, so that it is paid once, whoever brings it and however often.
 */
export interface TransferSigned extends CommandHeader {
  type: 'payment.transfer_signed';
  /** Names the authorization among all that the address's key has signed, with the address in `credential`. */
  authorization: { network: string; token: string; nonce: string };
  /** Who asks: by whom is paid, or whoever speaks for it. */
  redeemer: Credential;
  payee: NamedPayee;
  amount: bigint;
  asset: Asset;
  /** Of what was signed. */
  terms_hash: string;
}

export interface CapturePayment extends CommandHeader {
  type: 'payment.capture';
  payment_id: string;
  /** Absent: all that is held. */
  amount?: bigint;
  /** Release what is left of the hold. */
  final: boolean;
  /** Salted hash of a paid service's answer, which lies beside the log (D20). */
  answer_hash?: string;
}

/**
 * By whom is paid, with the token that the payer gave out for the hold (x402): settlement has verified the token. However it comes
 * back, it ends the hold once; its key is the payment's, and the fingerprint tells one redeemer's retries from everybody else's.
 */
export interface RedeemPayment extends CommandHeader {
  type: 'payment.redeem';
  payment_id: string;
  /** `confirm` makes the hold firm before the payee begins; `capture` and `release` end it. */
  step: 'confirm' | 'capture' | 'release';
  /** Of the challenge that the token answers: it must be that of the hold. */
  terms_hash: string;
  /** What is captured; absent: all that is held. 0 releases it and is a capture all the same. */
  amount?: bigint;
}

export interface VoidPayment extends CommandHeader {
  type: 'payment.void';
  payment_id: string;
}

export interface RefundPayment extends CommandHeader {
  type: 'payment.refund';
  payment_id: string;
  /** Absent: all that was captured and not yet refunded. */
  amount?: bigint;
  reason?: string;
}

/** Said before any call to the outside: from here on the hold never lapses by itself (D12). */
export interface DispatchPayment extends CommandHeader {
  type: 'payment.dispatch';
  payment_id: string;
  /** When its outcome becomes unknown, from now; absent: as the settings say. */
  dispatched_for_ms?: number;
}

/** Lets an undispatched hold live until `expires_in_ms` from now. */
export interface ExtendPayment extends CommandHeader {
  type: 'payment.extend';
  payment_id: string;
  expires_in_ms: number;
}

/** Says what became of a payment that has gone to the outside (D12). */
export interface ResolvePayment extends CommandHeader {
  type: 'payment.resolve';
  payment_id: string;
  outcome: 'captured' | 'voided';
  /** What was captured outside, at most what is held; absent: all that is held. */
  amount?: bigint;
}

/** The owner's own: a hold whose time has come expires, or becomes unknown where it was dispatched. */
export interface LapsePayment extends CommandHeader {
  type: 'payment.lapse';
  payment_id: string;
}
