import type { RegisterAddress, RemoveAddress } from '../commands/index.js';
import { agentChain } from '../evolve/charges.js';
import { requireAgent, requireAgentOrOrchestrator, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';

/** So many keys may pay as one agent at one time. */
export const ADDRESSES_MAXIMUM = 8;

/** Registering again what the agent has is recorded again: of two orgs that have an address the later registration counts. */
export function decideRegisterAddress(context: DecideContext<RegisterAddress>, actor: Actor): Decision {
  const { state, command } = context;
  const agent = requireAgent(state, command.agent);
  requireAgentOrOrchestrator(state, actor, agent.id);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (agent.status === 'revoked') refuse('agent_not_active', 'agent', agent.id);
  const { address, proof } = command;
  const holder = state.addresses.get(address)?.agent_id;
  if (holder !== undefined && holder !== agent.id && !isRevoked(context, holder))
    refuse('address_taken', 'agent', holder);
  const count = agent.addresses?.length ?? 0;
  if (holder !== agent.id && count >= ADDRESSES_MAXIMUM)
    refuse('addresses_too_many', 'agent', agent.id, {
      limit: ADDRESSES_MAXIMUM.toString(),
      spent: count.toString(),
      requested: '1',
    });
  return record([{ type: 'agent.address_registered', ...primaryHeader(context), agent_id: agent.id, address, proof }]);
}

/** What was signed before and is not settled yet is worth nothing any more. */
export function decideRemoveAddress(context: DecideContext<RemoveAddress>, actor: Actor): Decision {
  const { state, command } = context;
  const agent = requireAgent(state, command.agent);
  requireAgentOrOrchestrator(state, actor, agent.id);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const { address } = command;
  if (!agent.addresses?.includes(address)) refuse('address_not_registered', 'agent', agent.id);
  return record([{ type: 'agent.address_removed', ...primaryHeader(context), agent_id: agent.id, address }]);
}

function isRevoked({ state }: DecideContext, agentId: string): boolean {
  return agentChain(state, agentId).some(({ status }) => status === 'revoked');
}
