import type { Amount } from './amount.js';
import type { ApprovalAbove, Limit, SpendLists } from './rules.js';

export interface ChangeOrganizationRequest {
  name?: string;
  /** What all agents may spend together; the whole new list. */
  limits?: readonly Limit[];
  lists?: SpendLists | null;
  approval_above?: ApprovalAbove | null;
  /** False: payments from other orgs are refused for good, and come back to who pays. */
  accept_foreign_payments?: boolean;
  /** Defaults for agents that the org has never seen. */
  first_use?: {
    enabled?: boolean;
    per_payment?: Amount;
    per_day?: Amount;
    agents_maximum?: number;
    together_per_day?: Amount;
  };
}
