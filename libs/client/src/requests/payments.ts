import type { Amount } from './amount.js';

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
  /** A word for what is paid, such as an order number; or the id of the payment request that this pays. */
  request_id?: string;
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

export interface ExtendRequest {
  /** Seconds from now until which the hold is to live. */
  expires_in: number;
}

/** `captured` says how much; `voided` that nothing was taken. */
export interface ResolveRequest {
  outcome: 'captured' | 'voided';
  amount?: Amount;
  currency?: string;
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
