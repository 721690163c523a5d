import type { ProblemDocument } from '#contracts';

/** A refusal as a value, where a call asks for it with `declines: 'return'`. */
export interface Declined {
  status: 'declined';
  /** The recorded refusal's id; absent where the refusal was not recorded. */
  payment_id?: string;
  position?: string;
  /** The version of the rules that it was declined by. */
  policy_version?: number;
  decline: ProblemDocument;
  idempotency_key?: string;
}
