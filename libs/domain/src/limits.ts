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
  return `${definition.of}:${per}:${definition.asset}${zone}`;
}
