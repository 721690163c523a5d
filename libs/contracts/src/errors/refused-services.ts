import type { CatalogueEntry, ErrorCode } from './catalogue-entry.js';

/** About paid services, which settlement calls. Nothing is spent with any of them; `payment_outcome_unknown` is not known yet. */
export const REFUSED_SERVICES = {
  service_not_found: {
    status: 404,
    title: 'There is no such service',
    retryable: false,
    action: 'Name one that GET /v1/services lists; names that are near it stand in detail.',
  },
  service_limit_reached: {
    status: 409,
    title: 'The organization has defined as many services as it may',
    retryable: false,
    action: 'Remove one that is not used any more.',
  },
  service_secret_missing: {
    status: 409,
    title: 'The service needs a secret, and has none',
    retryable: false,
    action: 'Have an admin give it one: PUT /v1/services/{name}/secret.',
  },
  price_unknown: {
    status: 422,
    title: 'What the call would cost at most can not be told',
    retryable: false,
    action: 'Change the fields of payload by which it is priced; they are named in problems.',
  },
  upstream_refused: {
    status: 502,
    title: 'The service refused the call, or failed',
    retryable: false,
    action:
      'Nothing was spent. Read upstream, which is its own answer; then use a new idempotency key: this one keeps this answer.',
  },
  upstream_unavailable: {
    status: 503,
    title: 'The service can not be reached',
    retryable: true,
    action: 'Nothing was spent. Send the request again, with the same idempotency key.',
  },
  service_busy: {
    status: 503,
    title: 'The service takes no more calls at the moment',
    retryable: true,
    action: 'Nothing was spent. Wait as Retry-After says, then send the request again with the same idempotency key.',
  },
  payment_outcome_unknown: {
    status: 503,
    title: 'It is not known what came of the call, and its hold stays',
    retryable: true,
    action:
      'Ask again with the same idempotency key: the service is not called twice. Where it stays so, an operator resolves the payment.',
  },
} as const satisfies Partial<Record<ErrorCode, CatalogueEntry>>;
