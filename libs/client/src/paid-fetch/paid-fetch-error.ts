import { BursarError } from '../errors.js';
import type { RequestPayment } from './request-payment.js';

/** Why a request was not paid, or was paid in vain: with what can be done about it. */
const ACTIONS = {
  body_not_replayable: 'Send less, or raise max_body_bytes: what is paid for is sent twice. Nothing was sent.',
  challenge_missing: 'Nothing was paid: the 402 has no challenge that says what to pay.',
  challenge_unsupported: 'Nothing was paid: the 402 asks for what cannot be paid with this ledger.',
  challenge_elsewhere:
    'Nothing was paid: the 402 is of another origin than was asked. Ask that one by its own address.',
  currency_unexpected: 'Nothing was paid: the 402 asks for another currency than the budget has.',
  approval_pending: 'Wait for the approval, then send the request again.',
  payment_not_accepted:
    'The payment is held. Send the request again with the header in `payment` where the seller failed; void the payment where it is not wanted.',
  redirected:
    'The payment was not sent to another origin. It may have been taken: read it by `payment.payment_id` before paying again.',
  seller_silent:
    'It is not known whether the seller took the payment. Send the request again with the header in `payment`, or read it by its id.',
} as const;

export type PaidFetchCode = keyof typeof ACTIONS;

const RETRYABLE: ReadonlySet<PaidFetchCode> = new Set(['approval_pending', 'seller_silent']);

/** A request that `fetchWithBudget` did not pay, or paid and got nothing for. */
export class PaidFetchError extends BursarError {
  override readonly name = 'PaidFetchError';
  readonly retryable: boolean;
  readonly action: string;
  /** What was asked for. */
  readonly url: string;
  /** HTTP status of the seller; absent where there was no answer. */
  readonly status?: number;
  /** The seller's answer, still to be read. */
  readonly response?: Response;
  /** What was held for the request, where it came that far. */
  readonly payment?: RequestPayment;
  /** Of the payment that waits for an approval. */
  readonly approval_id?: string;

  constructor(
    readonly code: PaidFetchCode,
    what: string,
    request: { url: string; status?: number; response?: Response; payment?: RequestPayment; approval_id?: string },
    options?: ErrorOptions,
  ) {
    super(`${request.url}${request.status === undefined ? '' : ` (HTTP ${request.status})`}: ${what}`, options);
    this.retryable = RETRYABLE.has(code);
    this.action = ACTIONS[code];
    this.url = request.url;
    this.status = request.status ?? request.response?.status;
    this.response = request.response;
    this.payment = request.payment;
    this.approval_id = request.approval_id;
  }
}
