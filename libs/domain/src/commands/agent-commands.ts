import type { ApprovalThreshold } from '../approvals.js';
import type { Asset } from '../money.js';
import type { Protocol } from '../parties.js';
import type { AddressProof, Labels } from '../events/index.js';
import type { Breakers } from '../breakers.js';
import type { LimitDefinition } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { CommandHeader } from './command-header.js';
import type { LimitChanges } from './limit-changes.js';

export interface RegisterAgent extends CommandHeader {
  type: 'agent.register';
  handle: string;
  parent_agent?: string;
  limits: readonly LimitDefinition[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  breakers?: Breakers;
  funding: 'treasury' | 'own';
  token_hash: string;
}

export interface ChangeAgent extends CommandHeader, LimitChanges {
  type: 'agent.change';
  agent: string;
  protocols?: readonly Protocol[] | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

/** Makes an agent that spends in another's name: at most `amount` in all, and everything it spends carries the labels. */
export interface ScopeAgent extends CommandHeader {
  type: 'agent.scope';
  /** Id or handle of the one whose money it spends; absent means the token's agent, else the org's agent `default`. */
  agent?: string;
  scoped_agent_id: string;
  amount: bigint;
  asset: Asset;
  labels: Labels;
}

export interface FreezeAgent extends CommandHeader {
  type: 'agent.freeze';
  agent: string;
  reason: string;
}
export interface UnfreezeAgent extends CommandHeader {
  type: 'agent.unfreeze';
  agent: string;
}
export interface RevokeAgent extends CommandHeader {
  type: 'agent.revoke';
  /** Id or handle, or the revocation id that was given at registration. */
  agent?: string;
  revocation_id?: string;
}
export interface RotateAgentToken extends CommandHeader {
  type: 'agent.rotate_token';
  agent: string;
  token_hash: string;
  overlap_ms: number;
}

/** Settlement has verified the proof: whoever holds the address's key agrees. */
export interface RegisterAddress extends CommandHeader {
  type: 'agent.register_address';
  agent: string;
  /** In lower case. */
  address: string;
  proof: AddressProof;
}

export interface RemoveAddress extends CommandHeader {
  type: 'agent.remove_address';
  agent: string;
  address: string;
}
