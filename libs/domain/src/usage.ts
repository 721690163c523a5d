import type { Asset } from './money.js';
import { countedIn, limitId, type CountedIn, type LimitDefinition, type LimitKeeper } from './limits.js';
import { calendarWindow, type Window } from './calendar.js';

/** What counts against a limit in one window. */
export interface Usage extends Window {
  spent: bigint;
  held: bigint;
  count: number;
}

/** A limit with the windows that still matter: one for calendar windows, the live buckets for rolling ones. */
export interface LimitState {
  id: string;
  counted_in: CountedIn;
  definition: LimitDefinition;
  maximum: bigint;
  usages: Usage[];
}

/** Sums over an agent's or org's whole life, from which lifetime and held limits are checked. */
export interface Totals {
  spent: bigint;
  held: bigint;
  count: number;
}

export const NO_TOTALS: Totals = { spent: 0n, held: 0n, count: 0 };

export type TotalsByAsset = Partial<Record<Asset, Readonly<Totals>>>;

export function limitState(
  definition: LimitDefinition,
  keeper: LimitKeeper | 'itself',
  usages: readonly Usage[] = [],
): LimitState {
  return {
    id: limitId(definition),
    counted_in: countedIn(definition, keeper),
    definition,
    maximum: BigInt(definition.maximum),
    usages: usages.slice(),
  };
}

/** A limit with windows of its own; the usages in them are never changed in place. */
export function copyLimit(limit: LimitState): LimitState {
  const { id, counted_in, definition, maximum, usages } = limit;
  return { id, counted_in, definition, maximum, usages: usages.slice() };
}

/** The window of what counts for ever: all of time that JavaScript knows. */
const FOR_EVER: Window = { start: 0, end: 8_640_000_000_000_000 };

const ROLLING_BUCKETS = 60;

/** A rolling window counts in buckets of a sixtieth of its length, at least one second. */
export function rollingGranularity(rollingSeconds: number): number {
  return Math.max(1, Math.ceil(rollingSeconds / ROLLING_BUCKETS));
}

/** The window, or for rolling limits the bucket, in which a payment authorized at `at` counts. */
export function windowAt(definition: LimitDefinition, at: number): Window {
  if (definition.of === 'held' || definition.per === 'lifetime') return FOR_EVER;
  if (typeof definition.per === 'object') {
    const size = rollingGranularity(definition.per.rolling_seconds) * 1000;
    const start = Math.floor(at / size) * size;
    return { start, end: start + size };
  }
  if (definition.per === 'payment') throw new Error('a limit per payment has no window');
  return calendarWindow(definition.per, definition.time_zone ?? 'UTC', at);
}

/**
 * What counts at a moment. A rolling bucket leaves only when all of it is older than the window, so that a rolling limit
 * is never more lenient than its exact form.
 */
export function usageAt(limit: LimitState, at: number): Totals & { resets_at: number | undefined } {
  const live = liveUsages(limit, at);
  let spent = 0n;
  let held = 0n;
  let count = 0;
  for (const usage of live) {
    spent += usage.spent;
    held += usage.held;
    count += usage.count;
  }
  return { spent, held, count, resets_at: resetsAt(limit, live, at) };
}

function liveUsages(limit: LimitState, at: number): readonly Usage[] {
  const { per } = limit.definition;
  if (typeof per === 'object') return limit.usages.filter((usage) => usage.end > at - per.rolling_seconds * 1000);
  return limit.usages.filter((usage) => usage.start <= at && at < usage.end);
}

function resetsAt(limit: LimitState, live: readonly Usage[], at: number): number | undefined {
  const { of, per } = limit.definition;
  if (of === 'held' || per === 'lifetime') return undefined;
  if (typeof per !== 'object') return live[0]?.end ?? windowAt(limit.definition, at).end;
  const oldest = live.find((usage) => usage.spent + usage.held > 0n || usage.count > 0);
  return oldest && oldest.end + per.rolling_seconds * 1000;
}

/** Opens the window that an event names, where it is new, and forgets those that can count no more; changes `limit`. */
export function openWindow(limit: LimitState, start: number, end: number, at: number): void {
  if (isWindowOpen(limit, start)) return;
  const { usages, definition } = limit;
  const { per } = definition;
  limit.usages = typeof per === 'object' ? usages.filter((usage) => usage.end > at - per.rolling_seconds * 1000) : [];
  limit.usages.push({ start, end, spent: 0n, held: 0n, count: 0 });
}

export function isWindowOpen({ usages }: LimitState, start: number): boolean {
  for (let index = usages.length - 1; index >= 0; index--) if (usages[index]!.start === start) return true;
  return false;
}

/** Adds to the window in which the payment was authorized; nothing where that window has gone by (D5). Changes `limit`. */
export function addUsage(limit: LimitState, authorizedAt: number, change: Totals): void {
  const { usages } = limit;
  for (let index = usages.length - 1; index >= 0; index--) {
    const usage = usages[index]!;
    if (authorizedAt < usage.start || authorizedAt >= usage.end) continue;
    usages[index] = {
      start: usage.start,
      end: usage.end,
      spent: usage.spent + change.spent,
      held: usage.held + change.held,
      count: usage.count + change.count,
    };
    return;
  }
}

export function sumOf(one: Totals, other: Totals): Totals {
  return { spent: one.spent + other.spent, held: one.held + other.held, count: one.count + other.count };
}

/** Adds a change to what an entity has spent and held of an asset; changes `totals`. */
export function addTotals(totals: TotalsByAsset, asset: Asset, change: Totals): void {
  totals[asset] = sumOf(totals[asset] ?? NO_TOTALS, change);
}
