import { DateTime } from 'luxon';
import type { Asset, CalendarUnit, LimitDefinition, SpendLists } from '#domain';
import {
  principalIn,
  heldIn,
  moneyIn,
  paymentsInside,
  paymentsUnder,
  isOver,
  sessionById,
  spentIn,
  carvedIn,
  sumOf,
  usedIn,
  withAncestors,
  withParents,
  type Figures,
  type ReferenceBook,
  type ReferenceLimit,
  type ReferencePayment,
  type ReferenceSession,
} from './reference-book.js';

/** Which rule binds, and its figures where it has some. */
export interface Verdict {
  code: string;
  kind: string;
  id: string;
  rule?: string;
  limit?: bigint;
  spent?: bigint;
  held?: bigint;
  resets_at?: number;
}

export interface Asked {
  org: string;
  agent: string;
  session?: string;
  wallet: string;
  /** The wallet that is paid. */
  to: string;
  amount: bigint;
  asset: Asset;
  capture: boolean;
  now: number;
  /** Asked again for a payment of then: it counts in the windows of that moment. */
  authorized_at?: number;
  first_use_together: bigint;
}

/** How rolling windows are counted: exactly, or with all that a coarser count may still see in them. */
export type Rolling = 'exact' | 'widest';

/** The rule that binds a payment: agents from the payer up, what first-use agents share, sessions from the leaf up, money. */
export function bindingRule(book: ReferenceBook, asked: Asked, rolling: Rolling): Verdict | undefined {
  return (
    agentRule(book, asked, rolling) ??
    organizationRule(book, asked, rolling) ??
    firstUseRule(book, asked) ??
    sessionRule(book, asked, rolling) ??
    moneyRule(book, asked)
  );
}

function agentRule(book: ReferenceBook, asked: Asked, rolling: Rolling): Verdict | undefined {
  for (const agent of withParents(book, asked.agent)) {
    const scope = { kind: agent.id === asked.agent ? 'agent' : 'parent_agent', id: agent.id };
    if (agent.status !== 'active') return { code: `agent_${agent.status}`, ...scope };
    const refused =
      listRule(agent.lists, asked) ??
      firstExceeded(agent.limits, () => paymentsUnder(book, agent.id, asked.asset), asked, rolling);
    if (refused) return { ...scope, ...refused };
  }
  return undefined;
}

function organizationRule(book: ReferenceBook, asked: Asked, rolling: Rolling): Verdict | undefined {
  const all = () => book.payments.filter((payment) => payment.asset === asked.asset);
  const refused = listRule(book.lists, asked) ?? firstExceeded(book.limits, all, asked, rolling);
  return refused && { kind: 'organization', id: asked.org, ...refused };
}

function firstExceeded(
  limits: readonly ReferenceLimit[],
  payments: () => readonly ReferencePayment[],
  asked: Asked,
  rolling: Rolling,
): Omit<Verdict, 'kind' | 'id'> | undefined {
  for (const limit of limits) {
    const exceeded = limitRule(payments(), limit, asked, rolling);
    if (exceeded) return exceeded;
  }
  return undefined;
}

/** Deny wins; where services or payees are allowed, one of either has to be paid. */
function listRule(lists: SpendLists | undefined, { to }: Asked): Omit<Verdict, 'kind' | 'id'> | undefined {
  if (!lists) return undefined;
  const service = to.startsWith('service:') ? to.split(':')[1]! : undefined;
  const agent = service === undefined ? `agt_${to.split('_')[1]!}` : undefined;
  const code = service === undefined ? 'payee_not_allowed' : 'service_not_allowed';
  const isOn = (entries: SpendLists['allow']): boolean =>
    service === undefined ? (entries?.payees ?? []).includes(agent!) : (entries?.services ?? []).includes(service);
  if (isOn(lists.deny)) return { code, rule: service === undefined ? 'deny:payees' : 'deny:services' };
  const destinations = lists.allow?.services ?? lists.allow?.payees;
  return destinations !== undefined && !isOn(lists.allow) ? { code } : undefined;
}

/** Whether a limit on a pair, or any other, counts what goes to this wallet. */
export function counts({ service, payee, asset }: LimitDefinition, to: string): boolean {
  if (service !== undefined) return to === `service:${service}:${asset}`;
  return payee === undefined || to === `wal_${payee.slice(4)}_${asset.toLowerCase()}`;
}

function limitRule(
  all: readonly ReferencePayment[],
  limit: ReferenceLimit,
  asked: Asked,
  rolling: Rolling,
): Omit<Verdict, 'kind' | 'id'> | undefined {
  const { of, per, asset, maximum, time_zone } = limit.definition;
  if (asset !== asked.asset || !counts(limit.definition, asked.to)) return undefined;
  const payments = all.filter((payment) => counts(limit.definition, payment.to));
  const most = BigInt(maximum);
  const rule = nameOf(limit.definition);
  if (of === 'held') {
    const { held } = sumOf(payments);
    if (asked.capture || held + asked.amount <= most) return undefined;
    return { code: 'held_limit_exceeded', rule, limit: most, spent: 0n, held };
  }
  if (per === 'payment')
    return asked.amount <= most
      ? undefined
      : { code: 'per_payment_limit_exceeded', rule, limit: most, spent: 0n, held: 0n };
  const resets =
    typeof per === 'object' || per === 'lifetime' ? {} : { resets_at: windowOf(per, time_zone, asked.now).end };
  const { spent, held, count } = countedIn(isGone(limit, asked, rolling) ? [] : payments, limit, asked.now, rolling);
  if (of === 'count')
    return BigInt(count) + 1n <= most
      ? undefined
      : { code: 'count_limit_exceeded', rule, limit: most, spent: BigInt(count), held: 0n, ...resets };
  if (spent + held + asked.amount <= most) return undefined;
  const code = per === 'lifetime' ? 'lifetime_cap_exceeded' : 'window_limit_exceeded';
  return { code, rule, limit: most, spent, held, ...resets };
}

/** What counts in a limit's window at a moment: the payments that were authorized in it, whatever became of them since. */
export function countedIn(
  payments: readonly ReferencePayment[],
  { definition, added_to_live }: ReferenceLimit,
  now: number,
  rolling: Rolling,
): Figures {
  const { per, time_zone } = definition;
  if (per === 'payment' || per === 'lifetime') return sumOf(payments);
  if (typeof per === 'string') {
    const { start, end } = windowOf(per, time_zone, now);
    return sumOf(payments.filter((one) => start <= one.authorized_at && one.authorized_at < end));
  }
  const exact = per.rolling_seconds * 1000;
  const granule = Math.max(1, Math.ceil(per.rolling_seconds / 60)) * 1000;
  const widest = added_to_live ? 2 * (exact + granule) : exact + granule;
  return sumOf(payments.filter((one) => one.authorized_at > now - (rolling === 'exact' ? exact : widest)));
}

/** The window in which the payment counts has gone by: nothing else in it can be above the limit with it. */
function isGone({ definition: { per, time_zone } }: ReferenceLimit, asked: Asked, rolling: Rolling): boolean {
  const { authorized_at, now } = asked;
  if (authorized_at === undefined || per === 'lifetime' || per === 'payment') return false;
  if (typeof per === 'string') return !sameWindow(per, authorized_at, now, time_zone);
  const granule = Math.max(1, Math.ceil(per.rolling_seconds / 60)) * 1000;
  return authorized_at <= now - per.rolling_seconds * 1000 - (rolling === 'exact' ? 0 : granule);
}

export function sameWindow(unit: CalendarUnit, one: number, other: number, zone?: string): boolean {
  return windowOf(unit, zone, one).start === windowOf(unit, zone, other).start;
}
/** The last window of each unit and zone: asking luxon at every step would be half of what a random history costs. */
const windows = new Map<string, { start: number; end: number }>();

function windowOf(unit: CalendarUnit, zone: string | undefined, now: number): { start: number; end: number } {
  const name = `${unit} ${zone ?? 'UTC'}`;
  const last = windows.get(name);
  if (last && last.start <= now && now < last.end) return last;
  const start = DateTime.fromMillis(now, { zone: zone ?? 'UTC' }).startOf(unit);
  const window = { start: start.toMillis(), end: start.plus({ [unit]: 1 }).toMillis() };
  windows.set(name, window);
  return window;
}

export function nameOf({ of, per, asset, time_zone, service, payee }: LimitDefinition): string {
  const pair = service === undefined ? (payee === undefined ? [] : [`payee=${payee}`]) : [`service=${service}`];
  const period = typeof per === 'object' ? `rolling-${per.rolling_seconds}s` : per;
  return [of, period, asset, ...(time_zone === undefined || time_zone === 'UTC' ? [] : [time_zone]), ...pair].join(':');
}

export function firstUseLimit(maximum: string): ReferenceLimit {
  return { definition: { of: 'amount', per: 'day', maximum, asset: 'USD' }, added_to_live: false };
}

function firstUseRule(book: ReferenceBook, asked: Asked): Verdict | undefined {
  if (principalIn(book, asked.agent).origin !== 'first_use') return undefined;
  const payments = book.payments.filter((payment) => payment.first_use && payment.asset === asked.asset);
  const exceeded = limitRule(payments, firstUseLimit(asked.first_use_together.toString()), asked, 'exact');
  return exceeded && { ...exceeded, code: 'first_use_limit_exceeded', kind: 'organization', id: asked.org };
}

function sessionRule(book: ReferenceBook, asked: Asked, rolling: Rolling): Verdict | undefined {
  if (asked.session === undefined) return undefined;
  let charged = true;
  for (const session of withAncestors(book, asked.session)) {
    const closed = closedRule(session, asked.now);
    if (closed) return closed;
    if (charged && usedIn(book, session.id) + asked.amount > session.budget)
      return { ...overBudget(book, session), code: 'session_budget_exceeded' };
    if (session.mode === 'reserved') charged = false;
    const refused =
      listRule(session.lists, asked) ??
      firstExceeded(session.limits, () => paymentsInside(book, session.id), asked, rolling);
    if (refused) return { kind: 'session', id: session.id, ...refused };
  }
  return undefined;
}

function closedRule(session: ReferenceSession, now: number): Verdict | undefined {
  if (session.closed) return { code: 'session_closed', kind: 'session', id: session.id };
  if (session.expires_at === undefined || now < session.expires_at) return undefined;
  return { code: 'session_expired', kind: 'session', id: session.id };
}

function overBudget(book: ReferenceBook, session: ReferenceSession): Omit<Verdict, 'code'> {
  const held = heldIn(book, session.id) + carvedIn(book, session.id);
  return { kind: 'session', id: session.id, limit: session.budget, spent: spentIn(book, session.id), held };
}

function moneyRule(book: ReferenceBook, asked: Asked): Verdict | undefined {
  const { available, held } = moneyIn(book, asked.wallet);
  if (available >= asked.amount) return undefined;
  return { code: 'insufficient_funds', kind: 'wallet', id: asked.wallet, limit: available + held, spent: 0n, held };
}

/** Why a session cannot be opened under this parent, or undefined. */
export function openingRule(
  book: ReferenceBook,
  parent: string | undefined,
  mode: 'shared' | 'reserved',
  budget: bigint,
  now: number,
): Verdict | undefined {
  if (parent === undefined) return undefined;
  const notOpen = withAncestors(book, parent).find((session) => closedRule(session, now));
  if (notOpen) return { code: 'parent_session_not_open', kind: 'session', id: notOpen.id };
  return mode === 'reserved' ? roomRule(book, parent, budget) : undefined;
}

/** Why a session's budget cannot become this, or undefined. */
export function budgetRule(book: ReferenceBook, id: string, budget: bigint, now: number): Verdict | undefined {
  const session = sessionById(book, id);
  if (session.closed || isOver(session, now)) return { code: 'session_not_open', kind: 'session', id };
  if (session.mode === 'shared') return undefined;
  if (budget < usedIn(book, id)) return { ...overBudget(book, session), code: 'reserved_budget_below_used' };
  if (session.parent === undefined || budget <= session.budget) return undefined;
  return roomRule(book, session.parent, budget - session.budget);
}

function roomRule(book: ReferenceBook, parent: string, amount: bigint): Verdict | undefined {
  for (const session of withAncestors(book, parent)) {
    if (usedIn(book, session.id) + amount > session.budget)
      return { ...overBudget(book, session), code: 'reserved_budget_not_available' };
    if (session.mode === 'reserved') return undefined;
  }
  return undefined;
}
