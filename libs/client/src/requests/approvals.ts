import type { ApprovalStatus } from '#contracts';
import type { Amount } from './amount.js';
import type { PageQuery } from './page.js';
import type { Limit } from './rules.js';

export interface CreateGrantRequest {
  /** Who may use it; absent means any agent. */
  agent_id?: string;
  /** Handle or id of the agent that is paid; instead of `service`. */
  payee?: string;
  service?: string;
  /** The most that may be spent under it in each period. */
  amount: Amount;
  currency?: string;
  per: Exclude<Limit['per'], 'payment'>;
  time_zone?: string;
  /** Seconds; absent: it stands until it is revoked. */
  expires_in?: number;
}

export interface ApprovalsQuery extends PageQuery {
  /** Default: pending. */
  status?: ApprovalStatus;
}
