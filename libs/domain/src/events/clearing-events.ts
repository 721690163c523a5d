import type { Asset, UnitsText } from '../money.js';
import type { Decline } from '../declines.js';
import type { EventHeader, Posting } from './event-header.js';

/** In the payer's book: the payee's book has the money, which is on its way no longer (D15). */
export interface ClearingSettled extends EventHeader {
  type: 'clearing.settled';
  payment_id: string;
  amount: UnitsText;
  asset: Asset;
  payee_org: string;
  payee: { agent_id: string; handle: string };
}

/** Where money from another book comes from. */
export interface ClearingSource {
  source_org: string;
  payment: string;
  handle: string;
}

/** In the payee's book: money of another book's payment has reached its agent. */
export interface ClearingCredited extends EventHeader {
  type: 'clearing.credited';
  /** That of `source`, under which a refund finds it; absent in events from before there were refunds. */
  payment_id?: string;
  source: ClearingSource;
  payee: { agent_id: string; handle: string };
  amount: UnitsText;
  asset: Asset;
  /** As the payment in the other book names it. */
  request_id?: string;
  postings: readonly Posting[];
}

/** In the payee's book: it does not take the money, and will not whatever happens later. */
export interface ClearingRefused extends EventHeader {
  type: 'clearing.refused';
  source: ClearingSource;
  amount: UnitsText;
  asset: Asset;
  decline: Decline;
}

/** What the payee's book says of a refund to another book. */
export interface ClearingRefundDetails {
  payment_id: string;
  source: ClearingSource;
  payee: { agent_id: string; handle: string };
  asset: Asset;
  /** All that was ever credited of the payment, and when. */
  credited_total: UnitsText;
  credited_at: number;
}

/** In the payee's book: money of a credit has left the payee's wallet and is on its way back (D15). */
export interface ClearingRefunded extends EventHeader, ClearingRefundDetails {
  type: 'clearing.refunded';
  /** The refund's in both books. */
  refund_id: string;
  refunded: UnitsText;
  refunded_total: UnitsText;
  reason?: string;
  postings: readonly Posting[];
}

/** In the payee's book: the payee had not the money to give back. */
export interface ClearingRefundRefused extends EventHeader, ClearingRefundDetails {
  type: 'clearing.refund_refused';
  decline: Decline;
}

/** In the payee's book: the payer's book has taken a refund, which is on its way no longer. */
export interface ClearingReturned extends EventHeader {
  type: 'clearing.returned';
  payment_id: string;
  refund_id: string;
  amount: UnitsText;
  asset: Asset;
}
