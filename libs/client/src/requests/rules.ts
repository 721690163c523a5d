import type { Amount } from './amount.js';

export interface Limit {
  of: 'amount' | 'count' | 'held';
  per:
    | 'payment'
    | 'minute'
    | 'hour'
    | 'day'
    | 'week'
    | 'month'
    | 'quarter'
    | 'year'
    | 'lifetime'
    | { rolling_seconds: number };
  max: Amount;
  currency?: string;
  /** IANA name; calendar windows only. Default: UTC. */
  time_zone?: string;
  /** A limit on a pair: counts only payments to this service, or to this agent. */
  service?: string;
  payee?: string;
}

export interface ListEntries {
  services?: readonly string[];
  /** Agents, by id or handle. */
  payees?: readonly string[];
  payee_orgs?: readonly string[];
  categories?: readonly string[];
  protocols?: readonly AgentProtocol[];
}

/** Deny wins; an empty allow list allows nothing, an absent one is no rule. */
export interface SpendLists {
  allow?: ListEntries;
  deny?: ListEntries;
  /** Times of the local week at which money may be spent, such as `{days: ['mon'], from: '09:00', to: '17:00'}`. */
  hours?: {
    time_zone: string;
    open: readonly { days: readonly Weekday[]; from: string; to: string }[];
  };
}

/** When the book freezes the agent by itself; each is off unless given. */
export interface Breakers {
  declines_in_a_row?: number;
  failures_in_a_row?: number;
  limits?: readonly Limit[];
  expected?: { services?: readonly string[]; payees?: readonly string[] };
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export type AgentProtocol = 'direct' | 'x402' | 'acp' | 'ap2';

/** Payments above this amount wait for an approval; in another currency, all do. */
export interface ApprovalAbove {
  amount: Amount;
  currency?: string;
}
