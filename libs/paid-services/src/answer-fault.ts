import type { JsonObject } from '#contracts';

export type AnswerFault =
  /** No 2xx. The provider says that it did nothing; `body` is what it said, as JSON where it is JSON. */
  | { kind: 'refused'; status: number; body: unknown }
  /** A 2xx that is not what the definition says: garbage, nothing, not JSON. */
  | { kind: 'unexpected_answer'; message: string }
  /** A 2xx whose price is not there, no number, or below zero. `body` is the answer. */
  | { kind: 'price_unknown'; message: string; body: JsonObject };
