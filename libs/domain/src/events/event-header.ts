import type { Asset, UnitsText } from '../money.js';

export type Labels = Readonly<Record<string, string>>;

/**
 * One posting moves `amount` from the debited to the credited account, so every event balances by construction.
 * An account is a wallet id (its free money) or `<wallet id>:held` (money held on it).
 */
export interface Posting {
  debit: string;
  credit: string;
  amount: UnitsText;
  asset: Asset;
}

export interface EventHeader {
  version: 1;
  org: string;
  /** The book's own dense sequence number, from 1. */
  sequence: number;
  /** Book time: never runs backwards. */
  time: number;
  /** The credential that acted: `key_…`, `agt_…` or `ses_…`; `owner` for what the book's owner does by itself. */
  by: string;
  /** Idempotency key, whose scope `boundKeyOf` tells, and the versioned hash of the caller's fields (D6). */
  key?: string;
  fingerprint?: string;
}

/** What every event carries that decides by rules. */
export interface DecidedUnderPolicy {
  /** The highest version of the rules that it was decided by (`policyVersion`). Events of before there were versions have none. */
  policy?: number;
}
