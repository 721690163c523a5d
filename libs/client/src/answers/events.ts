import type { Page } from './page.js';

/** One event of the log: amounts are smallest units as text, times milliseconds since the epoch. */
export interface LogEvent {
  /** `evt_<partition>_<position>` */
  id: string;
  /** `<partition>:<position>`; also the cursor from which to read on. */
  position: string;
  type: string;
  /** ISO 8601. */
  time: string;
  event: Readonly<Record<string, unknown>>;
}

export interface EventPage extends Page {
  events: LogEvent[];
  /** How far the log was read: the cursor to go on from later, also where `next_cursor` is null. */
  position: string;
}

export interface IntegrityAnswer {
  status: 'whole' | 'broken' | 'verifying';
  events?: number;
  /** Up to where the log was verified. */
  position: string | null;
  head?: string;
  hash?: string | null;
  faults?: { position: string; kind: string; detail: string }[];
  verified_at?: string;
}
