/** What is wrong at a position; each kind says in `detail` what was found and what should stand there. */
export type LogFaultKind =
  /** The bytes do not have the recorded hash: altered, exchanged with another event, or inserted. */
  | 'hash_mismatch'
  /** The event at this position is not there. */
  | 'missing'
  /** The log ends before a position that was once seen of it. */
  | 'behind_mark'
  /** The chain is whole but is not the one that was once seen: it was rewritten. */
  | 'checkpoint_mismatch'
  | 'not_an_event'
  | 'not_canonical'
  | 'book_sequence'
  | 'time_backwards'
  | 'key_index'
  | 'payment_index'
  | 'address_index';

export interface LogFault {
  partition: number;
  position: number;
  kind: LogFaultKind;
  detail: string;
}

/** Ends the verification of one partition at its first fault. */
export class LogFaultFound extends Error {
  override readonly name = 'LogFaultFound';
  constructor(readonly fault: LogFault) {
    super(`${fault.partition}:${fault.position} ${fault.kind}: ${fault.detail}`);
  }
}
