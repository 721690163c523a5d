import type { StatusOfOutcome } from '../settlement/ask-settlement.js';

/** Receipts and keys have problem documents for all that is not well. */
export const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 202,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  unavailable: 503,
  throttled: 429,
};
