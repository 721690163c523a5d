import type { Decline, ScopeKind } from '../declines.js';
import type { Asset } from '../money.js';
import type { CountedWindow, Protocol } from '../events.js';
import type { Agent, BookState, Organization, Session, Wallet } from '../state.js';
import { parentOf } from '../evolve/sessions.js';
import { NO_TOTALS, isWindowed, usageAt, windowAt, type LimitState, type Totals } from '../usage.js';

export interface Asked {
  amount: bigint;
  asset: Asset;
  protocol: Protocol;
  /** A direct transfer is never held, so that limits on what is held do not concern it. */
  holds: boolean;
  now: number;
}

/** Each function answers with the binding rule, or undefined where it lets the payment pass. Nothing here changes state. */

export function checkAgents(chain: readonly Agent[], asked: Asked): Decline | undefined {
  for (const [index, agent] of chain.entries()) {
    const kind: ScopeKind = index === 0 ? 'agent' : 'parent_agent';
    const refused = checkStatus(agent, kind) ?? checkProtocol(agent, kind, asked) ?? checkLimits(agent, kind, asked);
    if (refused) return refused;
  }
  return undefined;
}

function checkStatus(agent: Agent, kind: ScopeKind): Decline | undefined {
  if (agent.status === 'frozen') return { code: 'agent_frozen', scope: { kind, id: agent.id } };
  if (agent.status === 'revoked') return { code: 'agent_revoked', scope: { kind, id: agent.id } };
  return undefined;
}

function checkProtocol(agent: Agent, kind: ScopeKind, asked: Asked): Decline | undefined {
  if (!agent.protocols || agent.protocols.includes(asked.protocol)) return undefined;
  return { code: 'protocol_not_allowed', scope: { kind, id: agent.id }, rule: `protocol:${asked.protocol}` };
}

function checkLimits(agent: Agent, kind: ScopeKind, asked: Asked): Decline | undefined {
  const totals = agent.totals[asked.asset] ?? NO_TOTALS;
  for (const limit of agent.limits) {
    const refused = checkLimit(limit, totals, { kind, id: agent.id }, asked);
    if (refused) return refused;
  }
  return undefined;
}

/** What all agents known by first use may spend together in a day. */
export function checkFirstUse(organization: Organization, payer: Agent, asked: Asked): Decline | undefined {
  if (payer.origin !== 'first_use') return undefined;
  for (const limit of organization.first_use_limits) {
    const refused = checkLimit(limit, NO_TOTALS, { kind: 'organization', id: organization.id }, asked);
    if (refused) return { ...refused, code: 'first_use_limit_exceeded' };
  }
  return undefined;
}

/** Exactly at the maximum passes, one unit above does not (A11). */
export function checkLimit(
  limit: LimitState,
  totals: Totals,
  scope: { kind: ScopeKind; id: string },
  asked: Asked,
): Decline | undefined {
  const { of, per, asset } = limit.definition;
  if (asset !== asked.asset) return undefined;
  const decline = (code: Decline['code'], spent: bigint, held: bigint, wanted: bigint, resetsAt?: number): Decline => ({
    code,
    scope,
    rule: limit.id,
    asset,
    limit: limit.maximum.toString(),
    spent: spent.toString(),
    held: held.toString(),
    requested: wanted.toString(),
    remaining: atLeastZero(limit.maximum - spent - held).toString(),
    ...(resetsAt === undefined ? {} : { resets_at: resetsAt }),
  });
  if (of === 'held') {
    if (!asked.holds || totals.held + asked.amount <= limit.maximum) return undefined;
    return decline('held_limit_exceeded', 0n, totals.held, asked.amount);
  }
  if (per === 'payment') {
    return asked.amount <= limit.maximum ? undefined : decline('per_payment_limit_exceeded', 0n, 0n, asked.amount);
  }
  const used = per === 'lifetime' ? { ...totals, resets_at: undefined } : usageAt(limit, asked.now);
  if (of === 'count') {
    if (BigInt(used.count) + 1n <= limit.maximum) return undefined;
    return decline('count_limit_exceeded', BigInt(used.count), 0n, 1n, used.resets_at);
  }
  if (used.spent + used.held + asked.amount <= limit.maximum) return undefined;
  const code = per === 'lifetime' ? 'lifetime_cap_exceeded' : 'window_limit_exceeded';
  return decline(code, used.spent, used.held, asked.amount, used.resets_at);
}

/** The leaf and every session above it: open, and with enough left up to the nearest reserved one (D13). */
export function checkSessions(state: BookState, leaf: Session | undefined, asked: Asked): Decline | undefined {
  let reserved = false;
  for (let session = leaf; session; session = parentOf(state, session)) {
    const closed = checkOpen(session, asked.now);
    if (closed) return closed;
    if (!reserved && session.spent + session.held + session.carved + asked.amount > session.budget)
      return overBudget(session, asked.amount);
    if (session.mode === 'reserved') reserved = true;
  }
  return undefined;
}

export function checkOpen(session: Session, now: number): Decline | undefined {
  if (session.closed) return { code: 'session_closed', scope: { kind: 'session', id: session.id } };
  if (session.expires_at !== undefined && now >= session.expires_at)
    return { code: 'session_expired', scope: { kind: 'session', id: session.id } };
  return undefined;
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
  if (wallet.available >= amount) return undefined;
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

/** The windows in which the payment will count, for its event (D5). */
export function countedWindows(
  chain: readonly Agent[],
  organization: Organization,
  firstUse: boolean,
  asked: Asked,
): CountedWindow[] {
  const windows: CountedWindow[] = [];
  const add = (scope: string, limits: readonly LimitState[]): void => {
    for (const limit of limits) {
      if (!isWindowed(limit.definition) || limit.definition.asset !== asked.asset) continue;
      const window = windowAt(limit.definition, asked.now);
      windows.push([scope, limit.id, window.start, window.end]);
    }
  };
  for (const agent of chain) add(agent.id, agent.limits);
  if (firstUse) add(organization.id, organization.first_use_limits);
  return windows;
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
