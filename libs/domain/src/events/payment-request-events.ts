import type { Asset, UnitsText } from '../money.js';
import type { ForeignPayee, RequestPayer } from '../parties.js';
import type { EventHeader, Labels } from './event-header.js';

/** Who asks whom for money; on every event of a payment request, so that views never need an earlier one (D7). */
export interface RequestParties {
  request_id: string;
  payee: { agent_id: string; handle: string };
  payer: RequestPayer;
}

/** An agent asks another, of its org or of another one, for money. Stands in the payee's book. */
export interface RequestOpened extends EventHeader, RequestParties {
  type: 'request.opened';
  amount: UnitsText;
  asset: Asset;
  labels: Labels;
  category?: string;
  expires_at?: number;
  /** Salted hash of the memo, whose text lies beside the log for a while (D20). */
  memo_hash?: string;
}

/** Stands in the payee's book, in one decision with the payment or with its credit. */
export interface RequestPaid extends EventHeader, RequestParties {
  type: 'request.paid';
  payment: string;
}

export interface RequestCancelled extends EventHeader, RequestParties {
  type: 'request.cancelled';
}

export interface RequestDeclined extends EventHeader, RequestParties {
  type: 'request.declined';
}

/** What the payer's book says of a request of another org. */
export interface RequestAbroad {
  request_id: string;
  payment: string;
  payer: { agent_id: string; handle: string };
  payee: ForeignPayee;
}

/** In the payer's book: this payment pays it, and no other will. */
export interface RequestPaymentSent extends EventHeader, RequestAbroad {
  type: 'request.payment_sent';
}

/** In the payer's book: that payment came back, so that another may pay it. */
export interface RequestPaymentReversed extends EventHeader, RequestAbroad {
  type: 'request.payment_reversed';
}

export type RequestEnded = RequestPaid | RequestCancelled | RequestDeclined;

export type RequestEvent = RequestOpened | RequestEnded | RequestPaymentSent | RequestPaymentReversed;
