import { hexOf } from '../accounts.js';
import type { ChangeAgent, FreezeAgent, RegisterAgent, RevokeAgent, RotateAgentToken, UnfreezeAgent } from '../commands.js';
import type { BookEvent } from '../events.js';
import { limitId, type LimitDefinition, type LimitStart } from '../limits.js';
import type { Agent } from '../state.js';
import { findAgent, isSelfOrDescendant, requireAgent, requireOperator, requireOrchestrator, type Actor } from './authority.js';
import { boundBefore, NeedsFactsSignal, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { voidHolds } from './payment-steps.js';
import { isWindowed, windowAt } from '../usage.js';

export function decideRegisterAgent(context: DecideContext<RegisterAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  requireDistinct(command.limits);
  const before = findAgent(state, command.handle);
  const takesOver = before?.origin === 'first_use' && before.status !== 'revoked';
  if (before && before.status !== 'revoked' && !takesOver) refuse('agent_handle_taken', 'agent', command.handle);
  const parent = command.parent_agent === undefined ? undefined : requireAgent(state, command.parent_agent);
  if (parent && parent.status !== 'active') refuse('agent_not_active', 'agent', parent.id);
  if (parent && takesOver && isSelfOrDescendant(state, parent.id, before.id)) refuse('limits_conflict', 'agent', parent.id);
  const agentId = takesOver ? before.id : `agt_${command.fresh_id}`;
  return record([
    {
      ...primaryHeader(context, command.org),
      type: 'agent.registered',
      agent_id: agentId,
      handle: command.handle,
      origin: 'explicit',
      ...(parent ? { parent_agent_id: parent.id } : {}),
      limits: command.limits,
      ...(command.protocols === undefined ? {} : { protocols: command.protocols }),
      funding: command.funding,
      labels: {},
      token_hash: command.token_hash,
      revocation_id: `rev_${hexOf(agentId)}`,
      ...(takesOver ? { replaces: true as const } : {}),
    },
  ]);
}

export function decideChangeAgent(context: DecideContext<ChangeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = requireLiving(requireAgent(state, command.agent));
  if (command.limits) requireDistinct(command.limits);
  const starts = command.limits ? startsOf(context, agent, command.limits) : [];
  return record([
    {
      ...primaryHeader(context, command.org),
      type: 'agent.changed',
      agent_id: agent.id,
      ...(command.limits ? { limits: command.limits } : {}),
      ...(starts.length > 0 ? { starts } : {}),
      ...(command.protocols === undefined ? {} : { protocols: command.protocols }),
      ...(command.funding === undefined ? {} : { funding: command.funding }),
    },
  ]);
}

/** A window added to a live agent starts from what the log says was spent in it, never from zero (D5, E5). */
function startsOf(context: DecideContext, agent: Agent, limits: readonly LimitDefinition[]): LimitStart[] {
  const starts: LimitStart[] = [];
  for (const definition of limits) {
    const id = limitId(definition);
    if (!isWindowed(definition) || agent.limits.some((limit) => limit.id === id)) continue;
    const window = windowSoFar(definition, context.now);
    const figure = context.facts.agentUsage(agent.id, definition.asset, window.start);
    if (figure === undefined) 
      throw new NeedsFactsSignal({ usages: [{ agent_id: agent.id, asset: definition.asset, since: window.start }] });
    starts.push({
      limit: id,
      start: window.start,
      end: window.end,
      spent: figure.spent.toString(),
      held: figure.held.toString(),
      count: figure.count,
    });
  }
  return starts;
}

/**
 * Where a new limit's figure begins. A rolling one starts from all that lies in its window, as one bucket that ends with
 * the present one: it leaves later than its parts would, never earlier.
 */
function windowSoFar(definition: LimitDefinition, now: number): { start: number; end: number } {
  const current = windowAt(definition, now);
  if (typeof definition.per !== 'object') return current;
  return { start: current.end - definition.per.rolling_seconds * 1000 - (current.end - current.start), end: current.end };
}

export function decideFreezeAgent(context: DecideContext<FreezeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = requireLiving(requireAgent(state, command.agent));
  return record([
    { ...primaryHeader(context, command.org), type: 'agent.frozen', agent_id: agent.id, reason: command.reason },
    ...voidHoldsOf(context, agent, 'agent_frozen'),
  ]);
}

export function decideUnfreezeAgent(context: DecideContext<UnfreezeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = requireLiving(requireAgent(state, command.agent));
  if (agent.status !== 'frozen') refuse('agent_not_frozen', 'agent', agent.id);
  return record([{ ...primaryHeader(context, command.org), type: 'agent.unfrozen', agent_id: agent.id }]);
}

/** Only org keys revoke. Revoking what is revoked is recorded again and answered the same way. */
export function decideRevokeAgent(context: DecideContext<RevokeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = revocable(context);
  return record([
    {
      ...primaryHeader(context, command.org),
      type: 'agent.revoked',
      agent_id: agent.id,
      revocation_id: agent.revocation_id ?? `rev_${hexOf(agent.id)}`,
    },
    ...(agent.status === 'revoked' ? [] : voidHoldsOf({ ...context, state }, agent, 'agent_revoked')),
  ]);
}

function revocable(context: DecideContext<RevokeAgent>): Agent {
  const { state, command } = context;
  if (command.revocation_id === undefined) return requireAgent(state, command.agent ?? '');
  const agent = state.agents.get(`agt_${hexOf(command.revocation_id)}`);
  if (!agent || agent.revocation_id !== command.revocation_id)
    return refuse('revocation_not_found', 'agent', command.revocation_id);
  return agent;
}

export function decideRotateToken(context: DecideContext<RotateAgentToken>, actor: Actor): Decision {
  const { state, command, now } = context;
  const agent = requireLiving(requireAgent(state, command.agent));
  if (!(actor.kind === 'agent' && actor.agent.id === agent.id)) requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  return record([
    {
      ...primaryHeader(context, command.org),
      type: 'agent.token_rotated',
      agent_id: agent.id,
      token_hash: command.token_hash,
      previous_until: now + command.overlap_ms,
    },
  ]);
}

/** The undispatched holds of an agent and of its descendants, who can spend no more either. */
function voidHoldsOf(context: DecideContext, agent: Agent, reason: 'agent_frozen' | 'agent_revoked'): BookEvent[] {
  const concerns = (payerId: string): boolean => isSelfOrDescendant(context.state, payerId, agent.id);
  return voidHolds(context, reason, (payment) => concerns(payment.details.payer.agent_id), 1);
}

function requireLiving(agent: Agent): Agent {
  return agent.status === 'revoked' ? refuse('agent_not_active', 'agent', agent.id) : agent;
}

function requireDistinct(limits: readonly LimitDefinition[]): void {
  const names = limits.map(limitId);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse('limits_conflict', 'request', twice);
}

