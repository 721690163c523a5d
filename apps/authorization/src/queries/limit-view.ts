import { NO_TOTALS, rollingGranularity, usageAt, type LimitState, type TotalsByAsset } from '#domain';
import type { LimitView } from '#contracts';

/** What a limit has counted and has left at a moment; `totals` are its keeper's sums over its life. */
export function limitView(limit: LimitState, totals: TotalsByAsset, now: number): LimitView {
  const { of, per, asset, time_zone, service, payee } = limit.definition;
  const windowed = limit.counted_in === 'usages' ? usageAt(limit, now) : undefined;
  const counted = windowed ?? (limit.counted_in === 'totals' ? (totals[asset] ?? NO_TOTALS) : NO_TOTALS);
  const spent = of === 'count' ? BigInt(counted.count) : of === 'held' ? 0n : counted.spent;
  const held = of === 'count' ? 0n : counted.held;
  const left = limit.maximum - spent - held;
  const view: LimitView = {
    id: limit.id,
    of,
    per,
    asset,
    maximum: limit.maximum.toString(),
    spent: spent.toString(),
    held: held.toString(),
    remaining: (left > 0n ? left : 0n).toString(),
  };
  if (time_zone !== undefined) view.time_zone = time_zone;
  if (service !== undefined) view.service = service;
  if (payee !== undefined) view.payee = payee;
  if (left < 0n) view.over_by = (-left).toString();
  if (windowed?.resets_at !== undefined) view.resets_at = windowed.resets_at;
  if (typeof per === 'object') view.granularity_seconds = rollingGranularity(per.rolling_seconds);
  return view;
}
