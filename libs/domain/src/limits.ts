import type { Payee } from './parties.js';
import type { Asset, UnitsText } from './money.js';

/** What a limit counts: sums of amounts, numbers of payments, or the most that may be held at one time. */
export type LimitMeasure = 'amount' | 'count' | 'held';

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export type LimitPeriod = 'payment' | CalendarUnit | 'lifetime' | { rolling_seconds: number };

/** A limit as it is set and as it stands in events; `maximum` is units of the asset, or a number of payments. */
export interface LimitDefinition {
  of: LimitMeasure;
  per: LimitPeriod;
  maximum: UnitsText;
  asset: Asset;
  /** IANA name; calendar windows only. */
  time_zone?: string;
  /** Counts only payments to this service, or to this agent: a limit on a pair. At most one of the two. */
  service?: string;
  payee?: string;
}

/** Whose limit it is: limits of agents and orgs can read their lifetime sums, those of sessions count by themselves. */
export type LimitKeeper = 'agent' | 'session' | 'organization';

/**
 * Where a limit's figure stands: nowhere (`payment`: each one is looked at alone), in the keeper's sums over its whole life
 * (`totals`), or in windows of the limit's own (`usages`).
 */
export type CountedIn = 'payment' | 'totals' | 'usages';

/** `itself`: a breaker, a grant or a draft, which has no sums to read. */
export function countedIn(definition: LimitDefinition, keeper: LimitKeeper | 'itself'): CountedIn {
  const lasting = definition.of === 'held' || definition.per === 'lifetime';
  if (!lasting) return definition.per === 'payment' ? 'payment' : 'usages';
  return keeper === 'session' || keeper === 'itself' || isPair(definition) ? 'usages' : 'totals';
}

export function isPair(definition: Pick<LimitDefinition, 'service' | 'payee'>): boolean {
  return definition.service !== undefined || definition.payee !== undefined;
}

/** The lifetime cap of an agent, which a top-up that names the agent raises. */
export function isLifetimeCap(definition: LimitDefinition, asset: string): boolean {
  const { of, per } = definition;
  return of === 'amount' && per === 'lifetime' && definition.asset === asset && !isPair(definition);
}

/** Whether a payment of this asset to this payee is one that the limit counts. */
export function concernsPayee(definition: Pick<LimitDefinition, 'service' | 'payee'>, payee: Payee): boolean {
  if (definition.service !== undefined) return 'service' in payee && payee.service === definition.service;
  if (definition.payee !== undefined) return 'agent_id' in payee && payee.agent_id === definition.payee;
  return true;
}

/** The figure from which a limit that is added to a live agent starts. */
export interface LimitStart {
  limit: string;
  start: number;
  end: number;
  spent: UnitsText;
  held: UnitsText;
  count: number;
}

/** A limit's name inside its scope: two limits with the same name cannot stand side by side. */
export function limitId(definition: LimitDefinition): string {
  const per = typeof definition.per === 'object' ? `rolling-${definition.per.rolling_seconds}s` : definition.per;
  const zone = definition.time_zone && definition.time_zone !== 'UTC' ? `:${definition.time_zone}` : '';
  return `${definition.of}:${per}:${definition.asset}${zone}${pairName(definition)}`;
}

function pairName({ service, payee }: LimitDefinition): string {
  if (service !== undefined) return `:service=${service}`;
  return payee === undefined ? '' : `:payee=${payee}`;
}

/** Which limits are meant to be lifted: of every asset where none is named, and of UTC where no time zone is. */
export type LimitKind = Pick<LimitDefinition, 'of' | 'per' | 'time_zone' | 'service' | 'payee'> & { asset?: Asset };

/** What a list of limits becomes: those of the lifted kinds gone, each that is set in place of the one of its name. */
export function changedLimits(
  limits: readonly LimitDefinition[],
  lifted: readonly LimitKind[] = [],
  set: readonly LimitDefinition[] = [],
): LimitDefinition[] {
  const result = limits.filter((limit) => !lifted.some((kind) => isOfKind(limit, kind)));
  for (const definition of set) {
    const id = limitId(definition);
    const index = result.findIndex((limit) => limitId(limit) === id);
    if (index < 0) result.push(definition);
    else result[index] = definition;
  }
  return result;
}

function isOfKind(limit: LimitDefinition, kind: LimitKind): boolean {
  return limitId(limit) === limitId({ ...kind, asset: kind.asset ?? limit.asset, maximum: '0' });
}
