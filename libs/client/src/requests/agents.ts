import type { Amount } from './amount.js';
import type { PageQuery } from './page.js';
import type { AgentProtocol, ApprovalAbove, Breakers, Limit, SpendLists } from './rules.js';

export interface RegisterAgentRequest {
  handle: string;
  /** Lifetime cap. 0 means 0; absent means no limit of that kind. */
  spending_cap?: { amount: Amount; currency?: string };
  per_tx_limit?: Amount;
  daily_cap?: Amount;
  limits?: readonly Limit[];
  /** Allow list; absent means all. */
  protocols?: readonly AgentProtocol[];
  lists?: SpendLists;
  approval_above?: ApprovalAbove;
  breakers?: Breakers;
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
  /** All lists anew; null lifts them. */
  lists?: SpendLists | null;
  approval_above?: ApprovalAbove | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

export interface SpendAuthRequest {
  /** Whose money it is: handle or id. Default: the token's own agent. */
  agent_id?: string;
  /** The most that may be spent in all. 0 means 0. */
  limit_usd: Amount;
  /** Everything that the scoped agent spends carries it. */
  label?: string;
  labels?: Readonly<Record<string, string>>;
}

export interface AgentsQuery extends PageQuery {
  status?: 'active' | 'frozen' | 'revoked';
  /** Only agents directly below this one. */
  parent?: string;
}
