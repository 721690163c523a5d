import type { AgentAddressRegistered, AgentAddressRemoved } from '../events/index.js';
import type { BookState } from '../state/index.js';

/** An address has one agent: one that another had before, which is revoked, is its no more. */
export function registerAddress(state: BookState, { address, agent_id }: AgentAddressRegistered): void {
  const before = state.addresses.get(address)?.agent_id;
  if (before === agent_id) return;
  if (before !== undefined) takeFrom(state, before, address);
  const agent = existing(state, agent_id);
  agent.addresses = [...(agent.addresses ?? []), address];
  state.addresses.set(address, { id: address, agent_id });
}

export function removeAddress(state: BookState, { address, agent_id }: AgentAddressRemoved): void {
  takeFrom(state, agent_id, address);
  state.addresses.delete(address);
}

function takeFrom(state: BookState, agentId: string, address: string): void {
  const agent = existing(state, agentId);
  const others = (agent.addresses ?? []).filter((one) => one !== address);
  if (others.length > 0) agent.addresses = others;
  else delete agent.addresses;
}

function existing(state: BookState, agentId: string) {
  const agent = state.agents.edit(agentId);
  if (!agent) throw new Error(`no agent ${agentId}`);
  return agent;
}
