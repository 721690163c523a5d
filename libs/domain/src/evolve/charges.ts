import type { PaymentDetails } from '../events.js';
import { organizationOf, setOrganization, type Agent, type BookState } from '../state.js';
import { addTotals, addUsage, type LimitState, type Totals } from '../usage.js';

/** An agent and its parents, nearest first. Parents are fixed at creation, so this is the same at every step of a payment. */
export function agentChain(state: BookState, agentId: string): Agent[] {
  const chain: Agent[] = [];
  for (
    let agent = state.agents.get(agentId);
    agent;
    agent = agent.parent_id ? state.agents.get(agent.parent_id) : undefined
  )
    chain.push(agent);
  return chain;
}

/** Counts a change in the totals and windows of the payer, its parent agents and the org (D13). */
export function chargeAgents(state: BookState, details: PaymentDetails, change: Totals): void {
  const chain = agentChain(state, details.payer.agent_id);
  for (const agent of chain) {
    state.agents.set(agent.id, {
      ...agent,
      totals: addTotals(agent.totals, details.asset, change),
      limits: charged(agent.limits, details, change),
    });
  }
  const organization = organizationOf(state);
  if (!organization) return;
  setOrganization(state, {
    ...organization,
    totals: addTotals(organization.totals, details.asset, change),
    first_use_limits: details.first_use
      ? charged(organization.first_use_limits, details, change)
      : organization.first_use_limits,
  });
}

function charged(limits: readonly LimitState[], details: PaymentDetails, change: Totals): readonly LimitState[] {
  if (limits.length === 0) return limits;
  return limits.map((limit) =>
    limit.definition.asset === details.asset ? addUsage(limit, details.authorized_at, change) : limit,
  );
}
