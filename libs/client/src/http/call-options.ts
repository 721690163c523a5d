import type { Declined } from '../answers/index.js';

export interface ReadOptions {
  /** How long the call may take with all its retries. */
  deadline_ms?: number;
  /** After this time without an answer an attempt is given up and made again. Default: that of the client. */
  attempt_timeout_ms?: number;
  /** Ends the call at once. */
  signal?: AbortSignal;
}

export interface CallOptions extends ReadOptions {
  /** Made for this call and all its retries where absent; give your own to repeat a call from another process. */
  idempotency_key?: string;
  /** `return`: a decline comes as a value (`status: 'declined'`) instead of a `DeclinedError`. */
  declines?: 'throw' | 'return';
}

/** What a call resolves with: a decline is among it only where the options ask for that. */
export type Answered<Answer, Options> = Options extends { declines: 'return' } ? Answer | Declined : Answer;
