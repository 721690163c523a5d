import type { Asset } from '../money.js';
import type { Labels } from '../events/index.js';
import type { CommandHeader } from './command-header.js';

/** Asks an agent for money. */
export interface OpenPaymentRequest extends CommandHeader {
  type: 'request.open';
  /** Id or handle of who is to be paid; absent means the token's agent. */
  payee?: string;
  payer: { agent: string; org?: string };
  amount: bigint;
  asset: Asset;
  labels: Labels;
  category?: string;
  expires_in_ms?: number;
  memo_hash?: string;
}

/** The payee asks no longer. */
export interface CancelPaymentRequest extends CommandHeader {
  type: 'request.cancel';
  request_id: string;
}

/** The payer will not pay. */
export interface DeclinePaymentRequest extends CommandHeader {
  type: 'request.decline';
  request_id: string;
  /** The payer's org, where its book's owner has verified who acts for it. */
  payer_org?: string;
}
