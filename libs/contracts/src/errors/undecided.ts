import type { CatalogueEntry, ErrorCode } from './catalogue-entry.js';

/** Fail closed: the same key may be used again. */
export const UNDECIDED = {
  book_unavailable: {
    status: 503,
    title: 'The book cannot decide at the moment',
    retryable: true,
    action: 'Send the request again, with the same idempotency key.',
  },
  settlement_unavailable: {
    status: 503,
    title: 'Envelopes cannot be settled, and receipts not be signed, at the moment',
    retryable: true,
    action: 'Send the request again, with the same idempotency key. Payments without an envelope are not concerned.',
  },
  outcome_unknown: {
    status: 503,
    title: 'It is not known whether the request took effect',
    retryable: true,
    action: 'Send the request again, with the same idempotency key: it takes effect once.',
  },
  not_owner: {
    status: 503,
    title: 'The book is changing hands',
    retryable: true,
    action: 'Send the request again, with the same idempotency key.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests by this agent',
    retryable: true,
    action: 'Wait as Retry-After says, then send the request again with the same idempotency key.',
  },
  overloaded: {
    status: 429,
    title: 'Too many requests are waiting for this book',
    retryable: true,
    action: 'Wait as Retry-After says, then send the request again with the same idempotency key.',
  },
} as const satisfies Partial<Record<ErrorCode, CatalogueEntry>>;
