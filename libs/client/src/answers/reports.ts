import type { Page } from './page.js';

/** Money as decimal strings; each dimension that was grouped by is a field beside them. */
export interface SpendFigures {
  currency: string;
  spent: string;
  held: string;
  earned: string;
  refunded: string;
  payments: number;
  declined: number;
}

/** Has the fields of what it was grouped by; null is the row of what has none, such as no label. */
export interface SpendRow extends SpendFigures {
  agent?: string | null;
  agent_id?: string | null;
  handle?: string | null;
  label?: string | null;
  session?: string | null;
  session_id?: string | null;
  parent_session_id?: string | null;
  service?: string | null;
  protocol?: string | null;
  counterparty?: string | null;
  counterparty_handle?: string | null;
  /** `2026-01-31`, in UTC. */
  day?: string;
}

export interface SpendReport extends Page {
  rows: SpendRow[];
  /** In USD: each payment once, however many labels it has. */
  total: SpendFigures;
  /** One for each currency that occurs. */
  totals: SpendFigures[];
  /** The position of the log that the figures reflect. */
  position: string;
  as_of: string;
}
