import type { ApprovalThreshold } from '../approvals.js';
import type { ChangeSession, CloseSession, OpenSession } from '../commands.js';
import type { Decline } from '../declines.js';
import type { BookEvent } from '../events.js';
import { parentOf } from '../evolve/sessions.js';
import type { LimitDefinition } from '../limits.js';
import type { Agent, BookState, OpenPayment, Session } from '../state.js';
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
  header,
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
import { voidHolds } from './payment-steps.js';
import { checkOpen, overBudget } from './rules.js';

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

function isOpenTo(session: Session, agentId: string): boolean {
  return session.agent_id === agentId || (session.participants?.includes(agentId) ?? false);
}

export function decideChangeSession(context: DecideContext<ChangeSession>, actor: Actor): Decision {
  const { state, command, now } = context;
  requireOrchestrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const session = requireSession(state, command.session_id);
  if (session.closed) refuse('session_not_open', 'session', session.id);
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

/** Closes the session and everything open below it, deepest first; holds that nothing depends on outside are voided. */
export function decideCloseSession(context: DecideContext<CloseSession>, actor: Actor): Decision {
  const { state, command } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const session = requireSession(state, command.session_id);
  if (actor.kind === 'session' ? actor.session.id !== session.id : true)
    if (!(actor.kind === 'agent' && isOpenTo(session, actor.agent.id))) requireOrchestrator(actor);
  if (session.closed) refuse('session_not_open', 'session', session.id);
  const closing = openSubtree(state, session);
  const members = new Set(closing.map((one) => one.id));
  const inside = (payment: OpenPayment): boolean => members.has(payment.details.session_id ?? '');
  const voids = session.held + session.carved === 0n ? [] : voidHolds(context, 'session_closed', inside, 0);
  const figures = afterVoids(state, closing, voids);
  const closes = closing.map((one, index): BookEvent => {
    const primary = one.id === session.id;
    const head = primary ? primaryHeader(context, voids.length + index) : header(context, voids.length + index);
    return { type: 'session.closed', ...head, session_id: one.id, returned: figures.close(one).toString() };
  });
  return record([...voids, ...closes], voids.length + closing.length - 1);
}

function openSubtree(state: BookState, root: Session): Session[] {
  const order: Session[] = [];
  const waiting = [root];
  for (let session = waiting.pop(); session; session = waiting.pop()) {
    order.push(session);
    for (let id = session.first_child; id !== undefined;) {
      const child = state.sessions.get(id)!;
      if (!child.closed) waiting.push(child);
      id = child.next_sibling;
    }
  }
  return order.reverse();
}

/**
 * What each reserved session gives back when the subtree is closed deepest first: its budget less what was spent, what
 * stays held (dispatched payments) and what stays carved below it.
 */
function afterVoids(
  state: BookState,
  closing: readonly Session[],
  voids: readonly BookEvent[],
): { close(session: Session): bigint } {
  const held = new Map(closing.map((one) => [one.id, one.held]));
  const carved = new Map(closing.map((one) => [one.id, one.carved]));
  for (const event of voids) {
    if (event.type !== 'payment.voided') continue;
    for (let session = state.sessions.get(event.session_id!); session; session = parentOf(state, session)) {
      if (held.has(session.id)) held.set(session.id, held.get(session.id)! - BigInt(event.released));
      if (session.mode === 'reserved') break;
    }
  }
  return {
    close(session) {
      if (session.mode !== 'reserved') return 0n;
      const returned = session.budget - session.spent - held.get(session.id)! - carved.get(session.id)!;
      for (let above = parentOf(state, session); above; above = parentOf(state, above)) {
        if (carved.has(above.id)) carved.set(above.id, carved.get(above.id)! - returned);
        if (above.mode === 'reserved') break;
      }
      return returned;
    },
  };
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
