import type {
  AgentCapRaised,
  AgentChanged,
  AgentRegistered,
  BookEvent,
  FirstUseSettings,
  OrganizationChanged,
  OrganizationCreated,
} from '../events/index.js';
import type { ApprovalThreshold } from '../approvals.js';
import type { Asset } from '../money.js';
import { isLifetimeCap, limitId, type LimitDefinition, type LimitKeeper, type LimitStart } from '../limits.js';
import type { SpendLists } from '../lists.js';
import { resetBreakers, setBreakers } from './breakers.js';
import { editOrganization, setOrganization, type Agent, type BookState } from '../state/index.js';
import { limitState, type LimitState, type Usage } from '../usage.js';

export function createOrganization(state: BookState, event: OrganizationCreated): void {
  setOrganization(state, {
    id: event.org,
    name: event.name,
    default_asset: event.default_asset,
    first_use: event.first_use,
    first_use_agents: 0,
    first_use_limits: firstUseLimits(event.first_use, event.default_asset),
    limits: [],
    accept_foreign_payments: true,
    totals: {},
    policy_version: event.sequence,
  });
}

function firstUseLimits(settings: FirstUseSettings, asset: Asset): LimitState[] {
  const together = settings.together_per_day;
  return [limitState({ of: 'amount', per: 'day', maximum: together, asset, time_zone: 'UTC' }, 'organization')];
}

export function registerAgent(state: BookState, event: AgentRegistered): void {
  const before = event.replaces ? state.agents.edit(event.agent_id) : undefined;
  state.agents.set(event.agent_id, {
    id: event.agent_id,
    handle: event.handle,
    status: 'active',
    origin: event.origin,
    registered_at: before?.registered_at ?? event.time,
    ...(event.parent_agent_id === undefined ? {} : { parent_id: event.parent_agent_id }),
    limits: limitsFrom('agent', before?.limits, event.limits, event.starts),
    ...(event.protocols === undefined ? {} : { protocols: event.protocols }),
    ...(event.lists === undefined ? {} : { lists: event.lists }),
    ...(event.approval_above === undefined ? {} : { approval_above: event.approval_above }),
    ...(before?.pending === undefined ? {} : { pending: before.pending }),
    ...(before?.requests === undefined ? {} : { requests: before.requests }),
    funding: event.funding,
    labels: event.labels,
    tokens: event.token_hash === undefined ? [] : [{ hash: event.token_hash }],
    ...(before?.addresses === undefined ? {} : { addresses: before.addresses }),
    ...(event.revocation_id === undefined ? {} : { revocation_id: event.revocation_id }),
    totals: before?.totals ?? {},
    policy_version: event.sequence,
  });
  setBreakers(state.agents.edit(event.agent_id)!, event.breakers);
  state.handles.set(event.handle, { id: event.handle, agent_id: event.agent_id });
  if (event.origin !== 'first_use') return;
  const organization = editOrganization(state);
  if (organization) organization.first_use_agents += 1;
}

/** A limit of the same name keeps its windows; a new one starts from the figure that the event brings (D5). */
export function limitsFrom(
  keeper: LimitKeeper,
  before: readonly LimitState[] = [],
  limits: readonly LimitDefinition[],
  starts: readonly LimitStart[] = [],
): LimitState[] {
  return limits.map((definition) => {
    const id = limitId(definition);
    const start = starts.find((one) => one.limit === id);
    const usages = start ? [usageFrom(start)] : before.find((one) => one.id === id)?.usages;
    return limitState(definition, keeper, usages);
  });
}

function usageFrom({ start, end, spent, held, count }: LimitStart): Usage {
  return { start, end, spent: BigInt(spent), held: BigInt(held), count };
}

export function changeAgent(state: BookState, event: AgentChanged): void {
  const agent = existing(state, event.agent_id);
  agent.policy_version = event.sequence;
  if (event.limits) agent.limits = limitsFrom('agent', agent.limits, event.limits, event.starts);
  if (event.protocols === null) delete agent.protocols;
  else if (event.protocols) agent.protocols = event.protocols;
  setLists(agent, event.lists);
  setThreshold(agent, event.approval_above);
  setBreakers(agent, event.breakers);
  if (event.funding) agent.funding = event.funding;
}

export function changeOrganization(state: BookState, event: OrganizationChanged): void {
  const organization = editOrganization(state);
  if (!organization) throw new Error(`no organization ${event.org}`);
  if (event.name !== undefined) organization.name = event.name;
  if (event.limits) organization.limits = limitsFrom('organization', organization.limits, event.limits, event.starts);
  setLists(organization, event.lists);
  setThreshold(organization, event.approval_above);
  if (event.accept_foreign_payments !== undefined) organization.accept_foreign_payments = event.accept_foreign_payments;
  // A new name is no rule, nor is what comes in from other orgs.
  if (event.limits || event.first_use || event.lists !== undefined || event.approval_above !== undefined)
    organization.policy_version = event.sequence;
  if (!event.first_use) return;
  organization.first_use = event.first_use;
  const together = firstUseLimits(event.first_use, organization.default_asset).map(({ definition }) => definition);
  organization.first_use_limits = limitsFrom('organization', organization.first_use_limits, together);
}

/** Absent leaves the lists as they are, null lifts them. */
export function setLists(scope: { lists?: SpendLists }, lists: SpendLists | null | undefined): void {
  if (lists === null) delete scope.lists;
  else if (lists) scope.lists = lists;
}

/** Absent leaves it as it is, null lifts it. */
export function setThreshold(
  scope: { approval_above?: ApprovalThreshold },
  threshold: ApprovalThreshold | null | undefined,
): void {
  if (threshold === null) delete scope.approval_above;
  else if (threshold) scope.approval_above = threshold;
}

export function raiseCap(state: BookState, event: AgentCapRaised): void {
  const agent = existing(state, event.agent_id);
  agent.policy_version = event.sequence;
  agent.limits = agent.limits.map((limit) =>
    isLifetimeCap(limit.definition, event.asset)
      ? limitState(
          { ...limit.definition, maximum: (limit.maximum + BigInt(event.amount)).toString() },
          'agent',
          limit.usages,
        )
      : limit,
  );
}

type AgentStatusEvent = Extract<
  BookEvent,
  { type: 'agent.frozen' | 'agent.unfrozen' | 'agent.revoked' | 'agent.token_rotated' }
>;

export function changeAgentStatus(state: BookState, event: AgentStatusEvent): void {
  const agent = existing(state, event.agent_id);
  if (event.type !== 'agent.token_rotated') agent.policy_version = event.sequence;
  switch (event.type) {
    case 'agent.frozen':
      agent.status = 'frozen';
      agent.status_reason = event.reason;
      return;
    case 'agent.unfrozen':
      agent.status = 'active';
      delete agent.status_reason;
      resetBreakers(agent);
      return;
    case 'agent.revoked':
      // The handle stays its own, so that first use cannot bring a revoked agent back; registering the handle anew can.
      agent.status = 'revoked';
      return;
    case 'agent.token_rotated': {
      const previous = agent.tokens.map((token) => ({
        hash: token.hash,
        until: Math.min(token.until ?? Number.MAX_SAFE_INTEGER, event.previous_until),
      }));
      const live = previous.filter((token) => token.until > event.time);
      agent.tokens = [{ hash: event.token_hash }, ...live];
      return;
    }
  }
}

function existing(state: BookState, agentId: string): Agent {
  const agent = state.agents.edit(agentId);
  if (!agent) throw new Error(`no agent ${agentId}`);
  return agent;
}
