import type { AuthorizePayment } from '../commands/index.js';
import type { AgentRegistered } from '../events/index.js';
import type { Agent, Organization, Session } from '../state/index.js';
import { limitState } from '../usage.js';
import { findAgent, isPayerOfSession, isSelfOrDescendant, requireOrchestrator, type Actor } from './authority.js';
import { header, refuse, type DecideContext } from './context.js';
import { firstUseAgent } from './first-use.js';

type Context = DecideContext<AuthorizePayment>;

/** Who pays: the one that is named, else the token's agent, the session's, or the org's agent `default` (API.md). */
export function payerOf(
  context: Context,
  actor: Actor,
  organization: Organization,
  session: Session | undefined,
): { payer: Agent; registration?: AgentRegistered } {
  const { state, command } = context;
  if (actor.kind === 'agent') {
    const payer = command.agent === undefined ? actor.agent : findAgent(state, command.agent);
    if (!payer || !isSelfOrDescendant(state, payer.id, actor.agent.id))
      return refuse('agent_not_own', 'agent', command.agent ?? actor.agent.id);
    return { payer };
  }
  if (actor.kind === 'session') {
    const payer = findAgent(state, session?.agent_id ?? 'default');
    if (!payer) return refuse('agent_not_found', 'agent', 'default');
    if (command.agent === undefined) return { payer };
    const named = findAgent(state, command.agent);
    return isPayerOfSession(state, named, payer) ? { payer: named } : refuse('agent_not_own', 'agent', command.agent);
  }
  requireOrchestrator(actor);
  const named = command.agent ?? session?.agent_id ?? 'default';
  const payer = findAgent(state, named);
  return payer ? { payer } : firstUse(context, organization, named);
}

function firstUse(
  context: Context,
  organization: Organization,
  handle: string,
): { payer: Agent; registration: AgentRegistered } {
  const registration = firstUseAgent(context, organization, handle, header(context));
  return {
    registration,
    payer: {
      id: registration.agent_id,
      handle,
      status: 'active',
      origin: 'first_use',
      registered_at: context.now,
      limits: registration.limits.map((definition) => limitState(definition, 'agent')),
      funding: 'treasury',
      labels: {},
      tokens: [],
      totals: {},
      policy_version: registration.sequence,
    },
  };
}
