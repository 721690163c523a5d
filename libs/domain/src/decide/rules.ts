import type { Decline, DeclineCode, ScopeKind } from '../declines.js';
import type { OpenedWindow } from '../events/index.js';
import type { Payee, Protocol } from '../parties.js';
import { parentOf } from '../evolve/sessions.js';
import { concernsPayee, type LimitDefinition } from '../limits.js';
import { refusedByLists, type SpendLists } from '../lists.js';
import type { Asset } from '../money.js';
import type { Agent, BookState, Organization, Session, Wallet } from '../state/index.js';
import { isWindowOpen, NO_TOTALS, usageAt, windowAt, type LimitState, type TotalsByAsset } from '../usage.js';

export interface Asked {
  amount: bigint;
  asset: Asset;
  payee: Payee;
  /** The org of the payee: the book's own, unless the payment leaves it. */
  payee_org: string;
  protocol: Protocol;
  category: string | undefined;
  /** A direct transfer is never held, so that limits on what is held do not concern it. */
  holds: boolean;
  now: number;
}

export interface Scope {
  kind: ScopeKind;
  id: string;
}

/** Each function answers with the binding rule, or undefined where it lets the payment pass. Nothing here changes state. */

export function checkAgents(chain: readonly Agent[], asked: Asked): Decline | undefined {
  for (const [index, agent] of chain.entries()) {
    const scope: Scope = { kind: index === 0 ? 'agent' : 'parent_agent', id: agent.id };
    const refused =
      checkStatus(agent, scope) ??
      checkProtocol(agent, scope, asked) ??
      checkLists(agent.lists, scope, asked) ??
      checkLimits(agent.limits, agent.totals, scope, asked);
    if (refused) return refused;
  }
  return undefined;
}

export function checkStatus(agent: Agent, scope: Scope): Decline | undefined {
  if (agent.status === 'frozen') return { code: 'agent_frozen', scope };
  if (agent.status === 'revoked') return { code: 'agent_revoked', scope };
  return undefined;
}

export function checkProtocol(agent: Agent, scope: Scope, asked: Asked): Decline | undefined {
  if (!agent.protocols || agent.protocols.includes(asked.protocol)) return undefined;
  return { code: 'protocol_not_allowed', scope, rule: `protocol:${asked.protocol}` };
}

export function checkLists(lists: SpendLists | undefined, scope: Scope, asked: Asked): Decline | undefined {
  const refusal = lists && refusedByLists(lists, asked, asked.now);
  return refusal && { ...refusal, scope };
}

/** The org's own rules: what all of its agents may spend together, and where. */
export function checkOrganization(organization: Organization, asked: Asked): Decline | undefined {
  const scope: Scope = { kind: 'organization', id: organization.id };
  return (
    checkLists(organization.lists, scope, asked) ?? checkLimits(organization.limits, organization.totals, scope, asked)
  );
}

/** What all agents known by first use may spend together in a day. */
export function checkFirstUse(organization: Organization, payer: Agent, asked: Asked): Decline | undefined {
  if (payer.origin !== 'first_use') return undefined;
  const scope: Scope = { kind: 'organization', id: organization.id };
  const refused = checkLimits(organization.first_use_limits, {}, scope, asked);
  return refused && { ...refused, code: 'first_use_limit_exceeded' };
}

export function checkLimits(
  limits: readonly LimitState[],
  totals: TotalsByAsset,
  scope: Scope,
  asked: Asked,
): Decline | undefined {
  for (const limit of limits) {
    const figures = limitFigures(limit, totals, asked);
    if (figures && !figures.passes) return declineOf(limit, figures, scope);
  }
  return undefined;
}

/** What one limit says of a payment: units, or for a count payments. */
export interface LimitFigures {
  code: DeclineCode;
  spent: bigint;
  held: bigint;
  requested: bigint;
  resets_at: number | undefined;
  passes: boolean;
}

/** Undefined where the limit does not concern the payment. Exactly at the maximum passes, one unit above does not (A11). */
export function limitFigures(limit: LimitState, totals: TotalsByAsset, asked: Asked): LimitFigures | undefined {
  const { definition, counted_in, maximum } = limit;
  if (definition.asset !== asked.asset || !concernsPayee(definition, asked.payee)) return undefined;
  if (definition.of === 'held' && !asked.holds) return undefined;
  const used = counted_in === 'usages' ? usageAt(limit, asked.now) : undefined;
  const { spent, held, count } = used ?? (counted_in === 'totals' ? (totals[asked.asset] ?? NO_TOTALS) : NO_TOTALS);
  const resets_at = used?.resets_at;
  switch (definition.of) {
    case 'held': {
      const passes = held + asked.amount <= maximum;
      return { code: 'held_limit_exceeded', spent: 0n, held, requested: asked.amount, resets_at, passes };
    }
    case 'count': {
      const before = BigInt(count);
      const passes = before + 1n <= maximum;
      return { code: 'count_limit_exceeded', spent: before, held: 0n, requested: 1n, resets_at, passes };
    }
    case 'amount': {
      const passes = spent + held + asked.amount <= maximum;
      return { code: AMOUNT_CODES[periodOf(definition)], spent, held, requested: asked.amount, resets_at, passes };
    }
  }
}

const AMOUNT_CODES = {
  payment: 'per_payment_limit_exceeded',
  lifetime: 'lifetime_cap_exceeded',
  window: 'window_limit_exceeded',
} as const;

function periodOf({ per }: LimitDefinition): keyof typeof AMOUNT_CODES {
  return per === 'payment' || per === 'lifetime' ? per : 'window';
}

export function declineOf(limit: LimitState, figures: LimitFigures, scope: Scope): Decline {
  const { code, spent, held, requested, resets_at } = figures;
  return {
    code,
    scope,
    rule: limit.id,
    asset: limit.definition.asset,
    limit: limit.maximum.toString(),
    spent: spent.toString(),
    held: held.toString(),
    requested: requested.toString(),
    remaining: atLeastZero(limit.maximum - spent - held).toString(),
    ...(resets_at === undefined ? {} : { resets_at }),
  };
}

/** The leaf and every session above it: open, and with enough left up to the nearest reserved one (D13). */
export function checkSessions(state: BookState, leaf: Session | undefined, asked: Asked): Decline | undefined {
  let reserved = false;
  for (let session = leaf; session; session = parentOf(state, session)) {
    const closed = checkOpen(session, asked.now);
    if (closed) return closed;
    if (!reserved && !fitsBudget(session, asked.amount)) return overBudget(session, asked.amount);
    if (session.mode === 'reserved') reserved = true;
    const scope: Scope = { kind: 'session', id: session.id };
    const refused =
      checkLists(session.lists, scope, asked) ?? (session.limits && checkLimits(session.limits, {}, scope, asked));
    if (refused) return refused;
  }
  return undefined;
}

export function checkOpen(session: Session, now: number): Decline | undefined {
  if (session.closed) return { code: 'session_closed', scope: { kind: 'session', id: session.id } };
  if (session.expires_at !== undefined && now >= session.expires_at)
    return { code: 'session_expired', scope: { kind: 'session', id: session.id } };
  return undefined;
}

/** A shared session that is over keeps nothing from anybody, and may be given more time. */
export function hasLapsed({ mode, closed, expires_at = Infinity }: Session, now: number): boolean {
  return mode === 'reserved' && !closed && now >= expires_at;
}

export function fitsBudget(session: Session, amount: bigint): boolean {
  return session.spent + session.held + session.carved + amount <= session.budget;
}

export function overBudget(session: Session, requested: bigint): Decline {
  const held = session.held + session.carved;
  return {
    code: 'session_budget_exceeded',
    scope: { kind: 'session', id: session.id },
    asset: session.asset,
    limit: session.budget.toString(),
    spent: session.spent.toString(),
    held: held.toString(),
    requested: requested.toString(),
    remaining: atLeastZero(session.budget - session.spent - held).toString(),
  };
}

export function checkFunds(wallet: Wallet, amount: bigint): Decline | undefined {
  return hasFunds(wallet, amount) ? undefined : withoutFunds(wallet, amount);
}

export function hasFunds(wallet: Wallet, amount: bigint): boolean {
  return wallet.available >= amount;
}

export function withoutFunds(wallet: Wallet, amount: bigint): Decline {
  return {
    code: 'insufficient_funds',
    scope: { kind: 'wallet', id: wallet.id },
    asset: wallet.asset,
    limit: (wallet.available + wallet.held).toString(),
    spent: '0',
    held: wallet.held.toString(),
    requested: amount.toString(),
    remaining: wallet.available.toString(),
  };
}

/**
 * The windows that the payment opens, for its event (D5): where one is open already, evolve finds it by the time of the
 * authorization, and an event that repeated it would say it ten thousand times an hour (docs/decisions/048).
 */
export function openedWindows(
  state: BookState,
  chain: readonly Agent[],
  leaf: Session | undefined,
  organization: Organization,
  firstUse: boolean,
  asked: Asked,
): OpenedWindow[] {
  const windows: OpenedWindow[] = [];
  const add = (scope: string, limits: readonly LimitState[]): void => {
    if (limits.length > 0) windows.push(...openedWindowsOf(scope, limits, asked));
  };
  for (const agent of chain) add(agent.id, agent.limits);
  for (let session = leaf; session; session = parentOf(state, session))
    if (session.limits) add(session.id, session.limits);
  add(organization.id, organization.limits);
  if (firstUse) add(organization.id, organization.first_use_limits);
  return windows;
}

export function openedWindowsOf(scope: string, limits: readonly LimitState[], asked: Asked): OpenedWindow[] {
  const windows: OpenedWindow[] = [];
  for (const limit of limits) {
    const { counted_in, definition, id } = limit;
    if (counted_in !== 'usages' || definition.asset !== asked.asset) continue;
    if (!concernsPayee(definition, asked.payee)) continue;
    const { start, end } = windowAt(definition, asked.now);
    if (!isWindowOpen(limit, start)) windows.push([scope, id, start, end]);
  }
  return windows;
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
