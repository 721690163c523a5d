import type { Asset, UnitsText } from '../money.js';
import type { ApprovalThreshold } from '../approvals.js';
import type { Breakers } from '../breakers.js';
import type { LimitDefinition, LimitStart } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { Protocol } from '../parties.js';
import type { EventHeader, Labels } from './event-header.js';

export interface AgentRegistered extends EventHeader {
  type: 'agent.registered';
  agent_id: string;
  handle: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  parent_agent_id?: string;
  limits: readonly LimitDefinition[];
  /** Where an identity is taken over: what each windowed limit that is new starts from (D5). */
  starts?: readonly LimitStart[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  breakers?: Breakers;
  funding: 'treasury' | 'own';
  labels: Labels;
  /** Absent for agents registered on first use: they have no token until they are taken over. */
  token_hash?: string;
  revocation_id?: string;
  /** Set where a registration takes over the identity of an agent known by first use. */
  replaces?: true;
}

export interface AgentChanged extends EventHeader {
  type: 'agent.changed';
  agent_id: string;
  limits?: readonly LimitDefinition[];
  /** What each windowed limit that is new starts from, loaded from the log (D5). */
  starts?: readonly LimitStart[];
  protocols?: readonly Protocol[] | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

export interface AgentFrozen extends EventHeader {
  type: 'agent.frozen';
  agent_id: string;
  reason: string;
  /** The breaker that froze it, where the book did so itself. */
  breaker?: string;
}
export interface AgentUnfrozen extends EventHeader {
  type: 'agent.unfrozen';
  agent_id: string;
}
export interface AgentRevoked extends EventHeader {
  type: 'agent.revoked';
  agent_id: string;
  revocation_id: string;
}
export interface AgentTokenRotated extends EventHeader {
  type: 'agent.token_rotated';
  agent_id: string;
  token_hash: string;
  /** Until then the token before it still opens the door. */
  previous_until: number;
}

/** The holder of the address's key has agreed that it is this agent's: what it signs is paid as the agent, and paid to it. */
export interface AgentAddressRegistered extends EventHeader {
  type: 'agent.address_registered';
  agent_id: string;
  /** In lower case. */
  address: string;
  /** What was signed with the key, over a text that names org, agent and address. */
  proof: AddressProof;
}
export interface AddressProof {
  signature: string;
  /** The text's own end, as it was written there. */
  expires?: string;
}
export interface AgentAddressRemoved extends EventHeader {
  type: 'agent.address_removed';
  agent_id: string;
  address: string;
}

/** A top-up that names an agent raises its lifetime cap. */
export interface AgentCapRaised extends EventHeader {
  type: 'agent.cap_raised';
  agent_id: string;
  topup_id: string;
  amount: UnitsText;
  asset: Asset;
  reference?: string;
}
