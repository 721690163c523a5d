import type { Asset, UnitsText } from '../money.js';
import type { Payee, Protocol } from '../parties.js';
import type { DecidedUnderPolicy, Labels } from './event-header.js';

/**
 * `[scope id, limit id, start, end]` of a window that the payment is the first to count in (D5). Logs of before name every
 * window that a payment counts in: opening one again changes nothing.
 */
export type OpenedWindow = readonly [scope: string, limit: string, start: number, end: number];

/** What only the event that decides a payment carries. */
export interface PaymentDecided extends DecidedUnderPolicy {
  /** Salted hash of the memo, whose text lies beside the log for a while (D20). */
  memo_hash?: string;
  /** Salted hash of what a paid service is asked (D20). */
  request_hash?: string;
}

/** What every payment event carries, so that views and evolve never need an earlier event (D7). */
export interface PaymentDetails {
  payment_id: string;
  /** Sum that was asked for; for capture, void and refund the figures below say what this event moved. */
  amount: UnitsText;
  asset: Asset;
  payer: { agent_id: string; handle: string; wallet_id: string };
  payee: Payee;
  protocol: Protocol;
  session_id?: string;
  labels: Labels;
  category?: string;
  /** The caller's own word for what is paid, or the id of the payment request that this pays. */
  request_id?: string;
  /** The payer was known by first use only: the payment counts in what such agents may spend together. */
  first_use?: true;
  /** It needed an approval, and has had to wait for one. */
  approval_id?: string;
  /** It needed an approval, and this standing grant was one: the payment counts against it. */
  grant_id?: string;
  /** Hash of the challenge that the payment answers: only a token for it redeems the hold (x402). */
  terms_hash?: string;
  /** Book time of the authorization: the moment whose windows, and whose day in reports, the payment counts in (D5). */
  authorized_at: number;
}

/** What a payment's later events repeat of an earlier one (D7). */
export function paymentDetails(payment: PaymentDetails): PaymentDetails {
  const { payment_id, amount, asset, payer, payee, protocol, session_id, labels, category, first_use, authorized_at } =
    payment;
  const details: PaymentDetails = {
    payment_id,
    amount,
    asset,
    payer,
    payee,
    protocol,
    ...(session_id === undefined ? {} : { session_id }),
    labels,
    ...(category === undefined ? {} : { category }),
    ...(first_use === undefined ? {} : { first_use }),
    authorized_at,
  };
  // Few have these, and on the hot path a condition costs less than a spread.
  if (payment.request_id !== undefined) details.request_id = payment.request_id;
  if (payment.approval_id !== undefined) details.approval_id = payment.approval_id;
  if (payment.grant_id !== undefined) details.grant_id = payment.grant_id;
  if (payment.terms_hash !== undefined) details.terms_hash = payment.terms_hash;
  return details;
}
