/** How bad a history is; all zero once it is to come to rest. Probabilities are per call or message. */
export interface Faults {
  /** A call of the database that never arrives, or whose answer never does. */
  call_fails: number;
  /** A call that takes seconds. */
  call_slow: number;
  /** The process falls asleep before it hears the answer, long enough to lose its leases. */
  falls_asleep: number;
  message_lost: number;
  message_twice: number;
  /** Between 0 and this many milliseconds on the way; different for every message, so that they overtake each other. */
  message_late_ms: number;
  /** The stream takes a part of what is published, or its acknowledgement is lost. */
  publish_fails: number;
  /** All calls fail until then. */
  database_away_until: number;
}

export function noFaults(): Faults {
  return {
    call_fails: 0,
    call_slow: 0,
    falls_asleep: 0,
    message_lost: 0,
    message_twice: 0,
    message_late_ms: 3,
    publish_fails: 0,
    database_away_until: 0,
  };
}
