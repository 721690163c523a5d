import type { ApprovalThreshold } from '../approvals.js';
import type { ChangeSession, OpenSession } from '../commands/index.js';
import type { Decline } from '../declines.js';
import { parentOf } from '../evolve/sessions.js';
import type { LimitDefinition } from '../limits.js';
import type { Agent, BookState, Session } from '../state/index.js';
import {
  findAgent,
  isPayerOfSession,
  isSelfOrDescendant,
  requireAgent,
  requireOperator,
  requireOrchestrator,
  requireSession,
  type Actor,
} from './authority.js';
import {
  boundBefore,
  primaryHeader,
  record,
  refuse,
  RefusedSignal,
  type DecideContext,
  type Decision,
} from './context.js';
import { limitsAfter, limitsOf, listsOf } from './changed-limits.js';
import { startsOf, type LimitedScope } from './limit-starts.js';
import { requireOwnWallet } from './own-wallet.js';
import { checkOpen, hasLapsed, overBudget } from './rules.js';

export function decideOpenSession(context: DecideContext<OpenSession>, actor: Actor): Decision {
  const { state, command, now } = context;
  const parentId = command.parent_session_id ?? (actor.kind === 'session' ? actor.session.id : undefined);
  const parent = parentId === undefined ? undefined : requireSession(state, parentId);
  requireMayOpenUnder(state, actor, parent);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const agent = payerOf(state, command, actor, parent);
  if (agent && agent.status === 'revoked') refuse('agent_not_active', 'agent', agent.id);
  if (parent && parent.asset !== command.asset) refuse('asset_mismatch', 'session', parent.id);
  if (command.budget < 0n) refuse('amount_not_positive', 'request', 'budget');
  requireChainOpen(state, parent, now);
  if (command.mode === 'reserved') requireRoom(state, parent, command.budget);
  if (command.wallet_id !== undefined) requireWallet(context, actor, command.wallet_id);
  const participants = command.participants?.map((one) => requireAgent(state, one).id);
  const limits = limitsOf(state, command.limits ?? []);
  requireAsset(limits, command.asset);
  requireThresholdAsset(command.approval_above, command.asset);
  return record([
    {
      type: 'session.opened',
      ...primaryHeader(context),
      session_id: `ses_${command.fresh_id}`,
      ...(parent ? { parent_session_id: parent.id } : {}),
      ...(agent ? { agent_id: agent.id } : {}),
      ...(participants ? { participants } : {}),
      asset: command.asset,
      budget: command.budget.toString(),
      mode: command.mode,
      labels: { ...parent?.labels, ...command.labels },
      ...(limits.length > 0 ? { limits } : {}),
      ...(command.lists === undefined ? {} : { lists: listsOf(state, command.lists) }),
      ...(command.approval_above === undefined ? {} : { approval_above: command.approval_above }),
      ...(command.wallet_id === undefined ? {} : { wallet_id: command.wallet_id }),
      ...(command.expires_in_ms === undefined ? {} : { expires_at: now + command.expires_in_ms }),
      token_hash: command.token_hash,
      ...(command.description_hash === undefined ? {} : { description_hash: command.description_hash }),
    },
  ]);
}

/** An agent hands out child sessions of its own only; a session token of its own session only. */
function requireMayOpenUnder(state: BookState, actor: Actor, parent: Session | undefined): void {
  if (actor.kind === 'agent') {
    if (!parent || !isOpenTo(parent, actor.agent.id)) refuse('role_not_allowed', 'agent', actor.agent.id);
    return;
  }
  if (actor.kind === 'session') {
    for (let session = parent; session; session = parentOf(state, session)) if (session.id === actor.session.id) return;
    refuse('role_not_allowed', 'session', actor.session.id);
  }
  requireOrchestrator(actor);
}

/**
 * Who pays in the session. Its token pays as that agent, so whoever is no org key names none but its own, and opens it for
 * itself where it names nobody (D10, D16).
 */
function payerOf(state: BookState, command: OpenSession, actor: Actor, parent: Session | undefined): Agent | undefined {
  if (actor.kind === 'agent') {
    const named = command.agent === undefined ? actor.agent : findAgent(state, command.agent);
    return named && isSelfOrDescendant(state, named.id, actor.agent.id) ? named : refuseForeign(command);
  }
  if (actor.kind === 'session') {
    const payer = findAgent(state, parent?.agent_id ?? 'default');
    if (command.agent === undefined) return parent?.agent_id === undefined ? undefined : payer;
    const named = findAgent(state, command.agent);
    return payer && isPayerOfSession(state, named, payer) ? named : refuseForeign(command);
  }
  return command.agent === undefined ? undefined : requireAgent(state, command.agent);
}

function refuseForeign(command: OpenSession): never {
  return refuse('agent_not_own', 'agent', command.agent ?? '');
}

export function isOpenTo(session: Session, agentId: string): boolean {
  return session.agent_id === agentId || (session.participants?.includes(agentId) ?? false);
}

export function decideChangeSession(context: DecideContext<ChangeSession>, actor: Actor): Decision {
  const { state, command, now } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const session = requireSession(state, command.session_id);
  requireNotOver(session, now);
  if (command.budget !== undefined) requireBudgetPossible(state, session, command.budget);
  const expiresIn = command.expires_in_ms;
  const limits = limitsAfter(state, session.limits ?? [], command);
  requireAsset(limits ?? [], session.asset);
  if (command.approval_above !== undefined) requireOperator(actor);
  requireThresholdAsset(command.approval_above, session.asset);
  const scope: LimitedScope = { kind: 'session', id: session.id, limits: session.limits ?? [] };
  const starts = limits ? startsOf(context, scope, limits) : [];
  return record([
    {
      type: 'session.changed',
      ...primaryHeader(context),
      session_id: session.id,
      ...(command.budget === undefined ? {} : { budget: command.budget.toString() }),
      ...(expiresIn === undefined ? {} : { expires_at: expiresIn === null ? null : now + expiresIn }),
      ...(limits ? { limits } : {}),
      ...(starts.length > 0 ? { starts } : {}),
      ...(command.lists === undefined ? {} : { lists: command.lists && listsOf(state, command.lists) }),
      ...(command.approval_above === undefined ? {} : { approval_above: command.approval_above }),
    },
  ]);
}

/** A reserved session's money goes back when its time is over: nothing revives it, even before that is written. */
export function requireNotOver(session: Session, now: number): void {
  if (session.closed || hasLapsed(session, now)) refuse('session_not_open', 'session', session.id);
}

/** A session spends one asset, so that a limit in another would count nothing. */
function requireAsset(limits: readonly LimitDefinition[], asset: string): void {
  if (limits.some((limit) => limit.asset !== asset)) refuse('asset_mismatch', 'request', 'limits');
}

function requireThresholdAsset(threshold: ApprovalThreshold | null | undefined, asset: string): void {
  if (threshold && threshold.asset !== asset) refuse('asset_mismatch', 'request', 'approval_above');
}

/** A shared budget may be lowered below what is used (it shows `over_by`); a reserved one may not (D13). */
export function requireBudgetPossible(state: BookState, session: Session, budget: bigint): void {
  if (budget < 0n) refuse('amount_not_positive', 'request', 'budget');
  if (session.mode === 'shared') return;
  const used = session.spent + session.held + session.carved;
  if (budget < used)
    refuse('reserved_budget_below_used', 'session', session.id, {
      asset: session.asset,
      limit: session.budget.toString(),
      spent: session.spent.toString(),
      held: (session.held + session.carved).toString(),
      requested: budget.toString(),
    });
  if (budget > session.budget) requireRoom(state, parentOf(state, session), budget - session.budget);
}

function requireChainOpen(state: BookState, parent: Session | undefined, now: number): void {
  for (let session = parent; session; session = parentOf(state, session))
    if (checkOpen(session, now)) refuse('parent_session_not_open', 'session', session.id);
}

/** Carving out must fit every ancestor up to the next reserved one, as a payment would. */
function requireRoom(state: BookState, parent: Session | undefined, amount: bigint): void {
  for (let session = parent; session; session = parentOf(state, session)) {
    if (session.spent + session.held + session.carved + amount > session.budget) {
      const refusal: Decline = { ...overBudget(session, amount), code: 'reserved_budget_not_available' };
      throw new RefusedSignal(refusal);
    }
    if (session.mode === 'reserved') return;
  }
}

/** Whose money a session spends is for org keys to say: with any other token it would open every wallet of the org. */
function requireWallet(context: DecideContext<OpenSession>, actor: Actor, walletId: string): void {
  requireOrchestrator(actor);
  requireOwnWallet(context.state, context.command.org, walletId, context.command.asset);
}
