import type { ApprovalThreshold } from '../approvals.js';
import type { Asset } from '../money.js';
import type { FirstUseSettings, Labels, PaymentDetails, Role, SessionMode } from '../events/index.js';
import type { Payee, Protocol } from '../parties.js';
import type { SpendLists } from '../lists.js';
import type { BreakerState } from '../breakers.js';
import type { LimitState, TotalsByAsset } from '../usage.js';

/**
 * Entities belong to their table: `evolve` changes those that `edit` hands it, or puts new ones, so that an overlay can be
 * dropped whole. Limits and totals belong to their entity and are changed in place with it, so they are copied with it;
 * whatever else hangs below one (labels, tokens, participants, a single usage) is never changed, only put anew.
 *
 * The `policy_version` of a scope is the sequence number of the last event that set its rules.
 */
export interface Organization {
  id: string;
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  first_use_agents: number;
  /** What agents known by first use may spend together. */
  first_use_limits: LimitState[];
  /** What everybody in the org may spend together. */
  limits: LimitState[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  /** Whether its agents take payments from other orgs. */
  accept_foreign_payments: boolean;
  totals: TotalsByAsset;
  policy_version: number;
  /** Of the last event that gave or took a grant; absent where there was none. */
  grants_version?: number;
}

export interface Key {
  id: string;
  role: Role;
  name: string;
  token_hash: string;
  revoked: boolean;
}

export type AgentStatus = 'active' | 'frozen' | 'revoked';

export interface Agent {
  id: string;
  handle: string;
  status: AgentStatus;
  status_reason?: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  /** Book time at which it was first known. */
  registered_at: number;
  parent_id?: string;
  limits: LimitState[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  /** How many of its payments wait for an approval. */
  pending?: number;
  /** How many of its payment requests stand in the book, those among them that are over by time. */
  requests?: number;
  breakers?: BreakerState;
  funding: 'treasury' | 'own';
  labels: Labels;
  tokens: readonly { hash: string; until?: number }[];
  /** Whose keys pay as it and to which it is paid, oldest first; absent where it has none, as most. */
  addresses?: readonly string[];
  revocation_id?: string;
  totals: TotalsByAsset;
  policy_version: number;
}

export interface Session {
  id: string;
  parent_id?: string;
  agent_id?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: bigint;
  mode: SessionMode;
  closed: boolean;
  expires_at?: number;
  labels: Labels;
  /** Absent where it has none, as most of a million have. */
  limits?: LimitState[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  wallet_id?: string;
  policy_version: number;
  token_hash: string;
  spent: bigint;
  held: bigint;
  /** Carved out for reserved sessions below and not yet spent by them. */
  carved: bigint;
  /** The children as a linked list: a parent of a million stays one object. */
  first_child?: string;
  next_sibling?: string;
}

export type SessionStatus = 'open' | 'expired' | 'closed';

export interface Wallet {
  id: string;
  asset: Asset;
  available: bigint;
  held: bigint;
}

/** A payment whose hold is open. Finished ones are dropped and come back as facts when they are needed (D17). */
export interface OpenPayment {
  id: string;
  details: PaymentDetails;
  status: 'pending_approval' | 'authorized' | 'dispatched' | 'outcome_unknown';
  held: bigint;
  captured: bigint;
  /** Of the hold; while it waits for an approval, of the waiting. */
  expires_at: number;
  unknown_at?: number;
}

/** What becomes of a payment that waits, once it is approved; the rest stands in the payment. */
export interface PendingApproval {
  id: string;
  payment_id: string;
  capture: boolean;
  hold_ms: number;
}

/** A standing approval, which is a cap too. */
export interface Grant {
  id: string;
  agent_id?: string;
  payee: Payee;
  /** Counts by itself, as a session's limits do. */
  limit: LimitState;
  expires_at?: number;
  policy_version: number;
}

/** Money that has left for another book and of which is not known yet whether that book took it (D15). */
export interface OpenClearing {
  id: string;
  details: PaymentDetails;
  amount: bigint;
}

/** Money that is given back to another book and of which is not known yet whether that book has it (D15). */
export interface OpenReturn {
  /** The refund's id. */
  id: string;
  payment_id: string;
  payer_org: string;
  payee: { agent_id: string; handle: string };
  amount: bigint;
  asset: Asset;
  reason?: string;
}

export interface BookInfo {
  id: string;
  sequence: number;
  time: number;
}

/** Handle → id of the agent that has it now. */
export interface Handle {
  id: string;
  agent_id: string;
}

/** An address, which has its own text as id, → the agent whose it is. */
export interface Address {
  id: string;
  agent_id: string;
}
