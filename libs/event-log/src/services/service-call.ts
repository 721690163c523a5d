/**
 * How far a call of a paid service is. `calling`: it was begun, and what came of it is not known. `answered`: it is known and kept,
 * and the payment has perhaps not ended yet. `ended`: nothing is left to do.
 */
export type ServiceCallState = 'calling' | 'answered' | 'ended';

/** A call of a paid service, beside the log for a while (D20). */
export interface ServiceCall {
  payment_id: string;
  org: string;
  service: string;
  is_sandbox: boolean;
  /** Of the hashes that the log holds of request and answer. */
  salt: string;
  /** What is asked, as JSON. */
  request: string;
  /** How long the process that begins it sees to it itself. */
  ends_in_ms: number;
}

/** What came of a call. */
export interface ServiceAnswer {
  payment_id: string;
  /** As JSON, as settlement gives it. */
  answer: string;
  /** What the call came to, in smallest units; undefined where nothing is to be paid. */
  units?: bigint;
}

export interface KeptServiceCall extends Omit<ServiceCall, 'ends_in_ms'> {
  state: ServiceCallState;
  answer?: string;
  units?: bigint;
}
