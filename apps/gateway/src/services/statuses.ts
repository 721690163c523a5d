import type { StatusOfOutcome } from '../settlement/ask-settlement.js';

/** A paid service answers in the service's own shape, or in a problem; that it waits for a person is a payment's answer. */
export const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 202,
  malformed: 422,
  unauthorized: 401,
  forbidden: 403,
  throttled: 429,
  unavailable: 503,
};
