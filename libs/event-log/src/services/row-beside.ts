import type { ServiceAnswer, ServiceCall } from './service-call.js';

/**
 * What is kept of a call of a paid service by the statement that appends the event of its payment: what is asked with the hold, what came of
 * it with the capture or the void (decision 087).
 */
export type RowBeside =
  | ({ kind: 'call'; keep_for_days: number } & Omit<ServiceCall, 'payment_id'>)
  | ({ kind: 'answer' } & Omit<ServiceAnswer, 'payment_id'>);
