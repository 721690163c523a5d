import type { Limit, SpendLists } from './rules.js';

/** A draft to run against recorded payments. */
export interface SimulatePolicyRequest {
  /** Of this agent and all below it. Without it and `session_id`: of the whole org. */
  agent_id?: string;
  /** Of this session and all below it. */
  session_id?: string;
  limits?: readonly Limit[];
  lists?: SpendLists;
  /** A day, or a time with its zone. */
  from: string;
  to?: string;
}
