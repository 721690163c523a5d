import { hexOf } from '../accounts.js';
import type {
  ChangeAgent,
  FreezeAgent,
  RegisterAgent,
  RevokeAgent,
  RotateAgentToken,
  UnfreezeAgent,
} from '../commands/index.js';
import type { BookEvent } from '../events/index.js';
import type { Agent, BookState } from '../state/index.js';
import {
  findAgent,
  isSelfOrDescendant,
  requireAgent,
  requireOperator,
  requireOrchestrator,
  type Actor,
} from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { breakersOf } from './breakers.js';
import { limitsAfter, limitsOf, listsOf } from './changed-limits.js';
import { startsOf, type LimitedScope } from './limit-starts.js';
import { voidHolds } from './payment-steps.js';

export function decideRegisterAgent(context: DecideContext<RegisterAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const limits = limitsOf(state, command.limits);
  const parent = command.parent_agent === undefined ? undefined : requireAgent(state, command.parent_agent);
  if (parent && parent.status !== 'active') refuse('agent_not_active', 'agent', parent.id);
  const before = takenOver(state, command);
  const agentId = before ? before.id : `agt_${command.fresh_id}`;
  const starts = before ? startsOf(context, limitedAgent(before), limits) : [];
  return record([
    {
      type: 'agent.registered',
      ...primaryHeader(context),
      agent_id: agentId,
      handle: command.handle,
      origin: 'explicit',
      ...(parent ? { parent_agent_id: parent.id } : {}),
      limits,
      ...(starts.length > 0 ? { starts } : {}),
      ...(command.protocols === undefined ? {} : { protocols: command.protocols }),
      ...(command.lists === undefined ? {} : { lists: listsOf(state, command.lists) }),
      ...(command.approval_above === undefined ? {} : { approval_above: command.approval_above }),
      ...(command.breakers === undefined ? {} : { breakers: breakersOf(state, command.breakers) }),
      funding: command.funding,
      labels: parent ? parent.labels : {},
      token_hash: command.token_hash,
      revocation_id: `rev_${hexOf(agentId)}`,
      ...(before ? { replaces: true as const } : {}),
    },
  ]);
}

/**
 * The agent known by first use whose identity a registration takes over. Not a frozen one, whose freeze it would lift, and
 * not to give it a parent, which has never counted the holds it has: parents are fixed at creation (D13).
 */
function takenOver(state: BookState, command: RegisterAgent): Agent | undefined {
  const before = findAgent(state, command.handle);
  if (!before || (before.status === 'revoked' && before.handle === command.handle)) return undefined;
  const mayBe = before.origin === 'first_use' && before.status === 'active' && before.handle === command.handle;
  return mayBe && command.parent_agent === undefined ? before : refuse('agent_handle_taken', 'agent', command.handle);
}

export function decideChangeAgent(context: DecideContext<ChangeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = requireLiving(requireAgent(state, command.agent));
  if (agent.origin === 'scoped' && (command.funding !== undefined || command.breakers))
    refuse('agent_is_scoped', 'agent', agent.id);
  const limits = limitsAfter(state, agent.limits, command);
  const starts = limits ? startsOf(context, limitedAgent(agent), limits) : [];
  return record([
    {
      type: 'agent.changed',
      ...primaryHeader(context),
      agent_id: agent.id,
      ...(limits ? { limits } : {}),
      ...(starts.length > 0 ? { starts } : {}),
      ...(command.protocols === undefined ? {} : { protocols: command.protocols }),
      ...(command.lists === undefined ? {} : { lists: command.lists && listsOf(state, command.lists) }),
      ...(command.approval_above === undefined ? {} : { approval_above: command.approval_above }),
      ...(command.breakers === undefined ? {} : { breakers: command.breakers && breakersOf(state, command.breakers) }),
      ...(command.funding === undefined ? {} : { funding: command.funding }),
    },
  ]);
}

function limitedAgent(agent: Agent): LimitedScope {
  return { kind: 'agent', id: agent.id, limits: agent.limits, agent };
}

export function decideFreezeAgent(context: DecideContext<FreezeAgent>, actor: Actor): Decision {
  const { state, command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = requireLiving(requireAgent(state, command.agent));
  return record([
    { type: 'agent.frozen', ...primaryHeader(context), agent_id: agent.id, reason: command.reason },
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
  return record([{ type: 'agent.unfrozen', ...primaryHeader(context), agent_id: agent.id }]);
}

/** Only org keys revoke. Revoking what is revoked is recorded again and answered the same way. */
export function decideRevokeAgent(context: DecideContext<RevokeAgent>, actor: Actor): Decision {
  const { command } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = revocable(context);
  return record([
    {
      type: 'agent.revoked',
      ...primaryHeader(context),
      agent_id: agent.id,
      revocation_id: agent.revocation_id ?? `rev_${hexOf(agent.id)}`,
    },
    ...(agent.status === 'revoked' ? [] : voidHoldsOf(context, agent, 'agent_revoked')),
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
      type: 'agent.token_rotated',
      ...primaryHeader(context),
      agent_id: agent.id,
      token_hash: command.token_hash,
      previous_until: now + command.overlap_ms,
    },
  ]);
}

/** The undispatched holds of an agent and of its descendants, who can spend no more either. */
function voidHoldsOf(context: DecideContext, agent: Agent, reason: 'agent_frozen' | 'agent_revoked'): BookEvent[] {
  if (Object.values(agent.totals).every((totals) => totals.held === 0n)) return [];
  const concerns = (payerId: string): boolean => isSelfOrDescendant(context.state, payerId, agent.id);
  return voidHolds(context, reason, (payment) => concerns(payment.details.payer.agent_id), 1);
}

function requireLiving(agent: Agent): Agent {
  return agent.status === 'revoked' ? refuse('agent_not_active', 'agent', agent.id) : agent;
}
