import type { OpenedWindow, PaymentDetails } from '../events/index.js';
import { concernsPayee } from '../limits.js';
import { editOrganization, type Agent, type BookState } from '../state/index.js';
import { addTotals, addUsage, openWindow, type LimitState, type Totals } from '../usage.js';

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

/**
 * Counts a change in the totals and windows of the payer, its parent agents and the org (D13), having opened at `time` those
 * of the given windows that are new. Each agent is looked up once: looking up is most of what a replay does here.
 */
export function chargeAgents(
  state: BookState,
  details: PaymentDetails & { time: number },
  change: Totals,
  windows: readonly OpenedWindow[],
): void {
  for (let id: string | undefined = details.payer.agent_id; id !== undefined;) {
    const agent = state.agents.edit(id);
    if (!agent) break;
    addTotals(agent.totals, details.asset, change);
    openWindows(agent.limits, id, windows, details.time);
    charge(agent.limits, details, change);
    id = agent.parent_id;
  }
  const organization = editOrganization(state);
  if (!organization) return;
  addTotals(organization.totals, details.asset, change);
  if (organization.limits.length > 0) {
    openWindows(organization.limits, organization.id, windows, details.time);
    charge(organization.limits, details, change);
  }
  if (!details.first_use) return;
  openWindows(organization.first_use_limits, organization.id, windows, details.time);
  charge(organization.first_use_limits, details, change);
}

export function charge(limits: readonly LimitState[], details: PaymentDetails, change: Totals): void {
  for (const limit of limits)
    if (limit.definition.asset === details.asset && concernsPayee(limit.definition, details.payee))
      addUsage(limit, details.authorized_at, change);
}

export function openWindows(
  limits: readonly LimitState[],
  owner: string,
  windows: readonly OpenedWindow[],
  at: number,
): void {
  for (const [scope, id, start, end] of windows) {
    if (scope !== owner) continue;
    const limit = limits.find((one) => one.id === id);
    if (limit) openWindow(limit, start, end, at);
  }
}
