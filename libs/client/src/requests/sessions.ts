import type { Amount } from './amount.js';
import type { PageQuery } from './page.js';
import type { ApprovalAbove, Limit, SpendLists } from './rules.js';

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
  /** In the currency of the budget; they count all payments below. */
  limits?: readonly Limit[];
  lists?: SpendLists;
  approval_above?: ApprovalAbove;
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
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly Limit[];
  /** All lists anew; null lifts them. */
  lists?: SpendLists | null;
  /** For keys of operators; null lifts it. */
  approval_above?: ApprovalAbove | null;
}

export interface SessionsQuery extends PageQuery {
  status?: 'open' | 'expired' | 'closed';
  /** Only sessions directly below this one. */
  parent?: string;
}
