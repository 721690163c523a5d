import type { Asset } from '../money.js';
import type { RefusalCode } from '../declines.js';
import type { ClearingSource } from '../events/index.js';
import type { CommandHeader } from './command-header.js';

/** One book's owner to another's: this much has left a wallet here for an agent there (D15). Its key is the payment. */
export interface CreditClearing extends CommandHeader {
  type: 'clearing.credit';
  source: ClearingSource;
  /** Id or handle, as the payer named it. */
  payee: string;
  amount: bigint;
  asset: Asset;
  /** As the payment names it. */
  request_id?: string;
  /** Who paid, and when the payer's book let it pay: for the payment request that it may pay. */
  payer_id?: string;
  authorized_at?: number;
}

/** The owner's own: what the payee's book answered. */
export interface SettleClearing extends CommandHeader {
  type: 'clearing.settle';
  payment_id: string;
  outcome: { credited: { agent_id: string; handle: string } } | { refused: RefusalCode };
}

/** The payee's book's owner to the payer's: this much of a payment is given back (D15). Its key is the refund. */
export interface ReturnClearing extends CommandHeader {
  type: 'clearing.return';
  payment_id: string;
  /** The org that gives it back. */
  payee_org: string;
  /** Who had the money, as that org knows it. */
  payee: { agent_id: string; handle: string };
  refund_id: string;
  amount: bigint;
  asset: Asset;
  reason?: string;
}

/** The owner's own: the payer's book has taken a refund. */
export interface SettleReturn extends CommandHeader {
  type: 'clearing.settle_return';
  refund_id: string;
}
