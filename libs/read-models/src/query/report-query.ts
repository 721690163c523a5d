import type { Asset } from '#domain';
import type { Dimension } from '../fold/rollup-group.js';

/** What a report can be grouped by. */
export const REPORT_DIMENSIONS = ['agent', 'label', 'session', 'service', 'protocol', 'counterparty', 'day'] as const;

export type ReportDimension = (typeof REPORT_DIMENSIONS)[number];

/** Dimensions with values of their own in the roll-up; `day` is in every row of it. */
export type ValueDimension = Exclude<ReportDimension, 'day'> & Dimension;

export interface SpendReportQuery {
  org: string;
  /** In this order rows are sorted and named. Empty: one row per currency. */
  group_by: readonly ReportDimension[];
  /**
   * Milliseconds since the epoch, at midnight UTC: spend counts on the UTC day of its payment's authorization (D5), also what
   * was captured or given back later. `from` is included, `to` is not.
   */
  from?: number;
  to?: number;
  filters?: {
    /** Id or handle; a handle means every agent that ever had it. */
    agent?: string;
    /** As shown: a bare label, or `name=value`. Empty: unlabelled. */
    label?: string;
    /** With everything below it. Empty: outside of sessions. */
    session?: string;
    /** Empty: what did not go to a service. */
    service?: string;
    protocol?: string;
    /** An agent's id, or `service:<name>`. */
    counterparty?: string;
    currency?: Asset;
  };
  cursor?: string;
  /** 1 to 200 rows. */
  limit?: number;
}

/** Decimals of `currency`. */
export interface ReportFigures {
  currency: Asset;
  /** Captured and not given back: what budgets and caps call spent. */
  spent: string;
  held: string;
  /** Captured by agents of the organization as payees, and not given back. */
  earned: string;
  /** Captured and given back; not part of `spent`. */
  refunded: string;
  /** Payments that were let through, whatever became of them. */
  payments: number;
  declined: number;
}

/** The grouped dimensions by their names, null where a payment has no value there. */
export interface ReportRow extends ReportFigures {
  agent?: string | null;
  /** The same as `agent`, and its handle. */
  agent_id?: string | null;
  handle?: string | null;
  label?: string | null;
  session?: string | null;
  /** The same as `session`, and its parent; a session's figures contain those of all sessions below it. */
  session_id?: string | null;
  parent_session_id?: string | null;
  service?: string | null;
  protocol?: string | null;
  /** The other side: an agent's id, or `service:<name>`. */
  counterparty?: string | null;
  counterparty_handle?: string | null;
  /** `2026-11-20`, UTC. */
  day?: string;
}

export interface SpendReport {
  rows: ReportRow[];
  /** Each payment once; one entry per currency that occurs, never added up over currencies. */
  totals: ReportFigures[];
  /** What the report reflects of the organization's book, `partition:position`. */
  position: string;
  /** Everything decided until then is in it. Milliseconds since the epoch. */
  as_of: number;
  next_cursor: string | null;
}
