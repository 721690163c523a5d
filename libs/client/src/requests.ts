/**
 * Requests as callers write them. Amounts are decimals: strings are exact whatever the language, and a number is sent as
 * JavaScript writes it, so write `0.05` and not the sum of floats.
 */
export type Amount = number | string;

export interface PaymentRequest {
  /** Handle or id of the agent that is paid; instead of `service`. */
  payee?: string;
  /** Id of the org of `payee`, where it is another one. */
  payee_org?: string;
  /** Name of the service that is paid; instead of `payee`. */
  service?: string;
  /** The most that may be spent. */
  amount: Amount;
  /** Default: USD. */
  currency?: string;
  /** true: authorize and capture in one decision; false (default): hold. */
  capture?: boolean;
  /** Who pays: handle or id. With an org key; an agent's token pays for itself or an agent below it. */
  agent_id?: string;
  session_id?: string;
  /** One opaque string to attribute the cost to. */
  label?: string;
  labels?: Readonly<Record<string, string>>;
  category?: string;
  /** Never enters the log. */
  memo?: string;
  /** Seconds that a hold lives. */
  expires_in?: number;
  /** The same key gives the same answer for ever; the client makes one where there is none. */
  idempotency_key?: string;
}

export interface CaptureRequest {
  /** Default: all that is held. */
  amount?: Amount;
  currency?: string;
  /** Release what is left of the hold. Default: true. */
  final?: boolean;
}

export interface RefundRequest {
  /** Default: all that was captured and not yet given back. */
  amount?: Amount;
  currency?: string;
  /** Stands in the log for ever: no place for personal data. */
  reason?: string;
}

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
}

export type AgentProtocol = 'direct' | 'x402' | 'acp' | 'ap2';

export interface RegisterAgentRequest {
  handle: string;
  /** Lifetime cap. 0 means 0; absent means no limit of that kind. */
  spending_cap?: { amount: Amount; currency?: string };
  per_tx_limit?: Amount;
  daily_cap?: Amount;
  limits?: readonly Limit[];
  /** Allow list; absent means all. */
  protocols?: readonly AgentProtocol[];
  funding?: 'treasury' | 'own';
  parent_agent_id?: string;
}

/** What is named is set; null lifts a limit. */
export interface ChangeAgentRequest {
  spending_cap?: { amount: Amount; currency?: string } | null;
  per_tx_limit?: Amount | null;
  daily_cap?: Amount | null;
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly Limit[];
  protocols?: readonly AgentProtocol[] | null;
  funding?: 'treasury' | 'own';
}

export interface OpenSessionRequest {
  budget: Amount;
  currency?: string;
  /** For people; never enters the log. */
  description?: string;
  /** Who pays where a payment in the session names no agent. */
  agent_id?: string;
  participants?: readonly string[];
  parent_session_id?: string;
  /** shared (default): a cap over the parent's money; reserved: carved out of it. */
  mode?: 'shared' | 'reserved';
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** All payments in the session draw on this wallet. */
  wallet_id?: string;
  /** Seconds from now. */
  expires_in?: number;
}

export interface ChangeSessionRequest {
  budget?: Amount;
  currency?: string;
  /** Seconds from now; null lifts the expiry. */
  expires_in?: number | null;
}

/** Names one of `wallet_id` (money comes in), `session_id` and `agent_id` (that limit is raised). */
export interface TopUpRequest {
  wallet_id?: string;
  session_id?: string;
  agent_id?: string;
  amount: Amount;
  currency?: string;
  /** Of the payment outside: the same reference again changes nothing. */
  reference?: string;
}

export type ReportDimension = 'agent' | 'label' | 'session' | 'service' | 'protocol' | 'counterparty' | 'day';

export interface SpendReportQuery {
  /** Absent: only the totals. */
  group_by?: ReportDimension | readonly ReportDimension[];
  /** Times such as 2026-01-31T12:00:00Z, or days such as 2026-01-31 (their first moment in UTC). */
  from?: string;
  to?: string;
  agent?: string;
  /** As reports show it: a bare label, or `name=value`. Empty: unlabelled. */
  label?: string;
  /** With everything below it. Empty: outside of sessions. */
  session_id?: string;
  /** Empty: what did not go to a service. */
  service?: string;
  protocol?: AgentProtocol;
  /** An agent's id, or `service:<name>`. */
  counterparty?: string;
  currency?: string;
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export interface PaymentsQuery {
  /** Who pays. */
  agent?: string;
  session_id?: string;
  label?: string;
  status?: 'authorized' | 'captured' | 'voided' | 'expired' | 'declined' | 'refunded' | 'outcome_unknown';
  from?: string;
  to?: string;
  /** Default: newest_first. */
  order?: 'newest_first' | 'oldest_first';
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export interface PageQuery {
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export interface IssueKeyRequest {
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
}
