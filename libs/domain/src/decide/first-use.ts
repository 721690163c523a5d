import type { AgentRegistered, EventHeader } from '../events/index.js';
import type { Organization } from '../state/index.js';
import { refuse, type DecideContext } from './context.js';

/** An agent that the org has never seen gets the org's defaults on its first payment, unless the org turned that off (A5). */
export function firstUseAgent(
  context: DecideContext,
  organization: Organization,
  handle: string,
  head: EventHeader,
): AgentRegistered {
  const { first_use: settings, default_asset: asset } = organization;
  if (!settings.enabled || handle.startsWith('agt_')) return refuse('agent_not_found', 'agent', handle);
  if (organization.first_use_agents >= settings.agents_maximum)
    return refuse('first_use_agents_exceeded', 'organization', organization.id, {
      rule: 'count:first_use_agents',
      limit: settings.agents_maximum.toString(),
      spent: organization.first_use_agents.toString(),
      requested: '1',
      remaining: '0',
    });
  return {
    type: 'agent.registered',
    ...head,
    agent_id: `agt_${context.command.fresh_id}`,
    handle,
    origin: 'first_use',
    limits: [
      { of: 'amount', per: 'payment', maximum: settings.per_payment, asset },
      { of: 'amount', per: 'day', maximum: settings.per_day, asset, time_zone: 'UTC' },
    ],
    funding: 'treasury',
    labels: {},
  };
}
