import type { Asset, Labels } from '#domain';
import type { IncomingPayment } from './answers-incoming-payment.js';
import type { PartyAnswer, PaymentState, PaymentStatus, Settlement } from './answers-payment.js';
import type { DeclineFields } from './errors-problem.js';

/** What a JWS of a receipt says it is. */
export const RECEIPT_TYPE = 'bursar-receipt+jwt';

/** Where in the log a fact stands, for whoever has the log to look it up. */
export interface Evidence {
  position: string;
  event_hash: string;
}

/** Which rule refused, with its figures; what to do about it changes with versions, and stands in the error catalogue. */
export type ReceiptDecline = Omit<DeclineFields, 'retryable' | 'action'>;

export interface ReceiptHead {
  receipt_id: string;
  payment_id: string;
  /** The deployment that signed it: `ledger:<name>`. */
  iss: string;
  /** Time of the last recorded fact, in seconds since the epoch: the key that signs is of that time. */
  iat: number;
  /** Whose book says so. */
  org: string;
  currency: Asset;
  /** Of the currency's smallest unit. */
  decimals: number;
  asset: string;
  decided_at: string;
  recorded_at: string;
  /** The event that decided the payment, and the last one that is recorded of it. */
  decided: Evidence;
  recorded: Evidence;
  /** Steps that were refused and recorded, which changed nothing. */
  refusals: ReceiptRefusal[];
}

/** What the payer's book has recorded of a payment. */
export interface PaymentReceipt extends ReceiptHead {
  book: 'payer';
  status: PaymentStatus;
  /** What was asked for; the most that may be captured. */
  amount: string;
  amount_held: string;
  amount_captured: string;
  amount_refunded: string;
  payer: { agent_id: string; handle: string };
  /** Where the payer is a scoped agent: whose money and limits it spends. */
  on_behalf_of?: { agent_id: string; handle: string };
  payee: PartyAnswer;
  protocol: string;
  session_id: string | null;
  /** The session and those above it, nearest first. */
  session_path: readonly string[];
  labels: Labels;
  category: string | null;
  /** The caller's own word for what is paid, or the id of the payment request that this pays. */
  request_id?: string;
  /** Salted hash of the memo: its text may be forgotten, and is in no receipt. */
  memo_hash?: string;
  /** False where a rule refused the payment: `decline` says which. */
  within_cap: boolean;
  decline?: ReceiptDecline;
  policy_version?: number;
  /** Hash of the 402 challenge that the payment answers. */
  terms_hash?: string;
  settlement?: Settlement;
  refunds: PaymentState['refunds'];
}

/** What the payee's book has recorded of a payment from another org. */
export interface IncomingReceipt extends ReceiptHead {
  book: 'payee';
  status: 'credited' | 'refunded';
  /** What reached the payee. */
  amount: string;
  amount_refunded: string;
  payer: { payer_org: string; handle: string };
  payee: { agent_id: string; handle: string };
  /** As the payment names it. */
  request_id?: string;
  refunds: IncomingPayment['refunds'];
}

export interface ReceiptRefusal extends Evidence {
  type: string;
  recorded_at: string;
  decline: ReceiptDecline;
}

export type ReceiptClaims = PaymentReceipt | IncomingReceipt;

/** A receipt as it is answered: what is signed, in plain JSON, and the signature over the same. */
export type Receipt = ReceiptClaims & { jws: string };
