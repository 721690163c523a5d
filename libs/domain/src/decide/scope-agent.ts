import { hexOf } from '../accounts.js';
import type { ScopeAgent } from '../commands/index.js';
import type { AgentRegistered, BookEvent } from '../events/index.js';
import { organizationOf, type Agent } from '../state/index.js';
import { findAgent, requireAgentOrOrchestrator, type Actor } from './authority.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { firstUseAgent } from './first-use.js';

type Context = DecideContext<ScopeAgent>;

/** Of whom the scoped agent is made. */
interface Above {
  id: string;
  handle: string;
  funding: 'treasury' | 'own';
  labels: Readonly<Record<string, string>>;
  registration?: AgentRegistered;
}

const HANDLE_MAXIMUM = 128;

/**
 * Makes an agent that spends in the name of another: it has a lifetime cap of its own, counts against every cap of its agent
 * and draws on the money its agent draws on. It has no token; whoever may pay for its agent may pay by it.
 */
export function decideScopeAgent(context: Context, actor: Actor): Decision {
  const { state, command } = context;
  const named = command.agent ?? (actor.kind === 'agent' ? actor.agent.id : 'default');
  const known = findAgent(state, named);
  requireAgentOrOrchestrator(state, actor, known?.id ?? named);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount < 0n) refuse('amount_not_positive', 'request', 'limit_usd');
  const above = known ? active(known) : newcomer(context, named);
  const id = command.scoped_agent_id;
  const handle = scopedHandle(above.handle, id);
  if (findAgent(state, id) || findAgent(state, handle)) refuse('agent_handle_taken', 'agent', handle);
  const events: BookEvent[] = above.registration ? [above.registration] : [];
  events.push({
    type: 'agent.registered',
    ...primaryHeader(context, events.length),
    agent_id: id,
    handle,
    origin: 'scoped',
    parent_agent_id: above.id,
    limits: [{ of: 'amount', per: 'lifetime', maximum: command.amount.toString(), asset: command.asset }],
    funding: above.funding,
    // The labels of a scoped agent above come last: one made of it cannot take them off.
    labels: { ...command.labels, ...above.labels },
    revocation_id: `rev_${hexOf(id)}`,
  });
  return record(events, events.length - 1);
}

function active(agent: Agent): Above {
  return agent.status === 'active' ? agent : refuse('agent_not_active', 'agent', agent.id);
}

/** An agent that the org has never seen comes to be known by first use here as by its first payment (A5). */
function newcomer(context: Context, handle: string): Above {
  const registration = firstUseAgent(context, organizationOf(context.state)!, handle, header(context));
  return { id: registration.agent_id, handle, funding: 'treasury', labels: {}, registration };
}

/** Readable in reports beside its agent's, and not to be guessed before it is there. */
function scopedHandle(handle: string, id: string): string {
  const suffix = `.${id.slice(-12)}`;
  return handle.slice(0, HANDLE_MAXIMUM - suffix.length) + suffix;
}
