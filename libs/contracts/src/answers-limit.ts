import type { LimitDefinition } from '#domain';
import { isoTime, numberWithTwin } from './answers-money.js';
import type { LimitView } from './wire.js';

/** A limit as it was set. */
export function limitSet(limit: LimitDefinition | LimitView) {
  const maximum =
    limit.of === 'count' ? { max: Number(limit.maximum) } : numberWithTwin('max', limit.maximum, limit.asset);
  return {
    of: limit.of,
    per: limit.per,
    ...maximum,
    currency: limit.asset,
    time_zone: limit.time_zone,
    service: limit.service,
    payee: limit.payee,
  };
}

/** A limit with what it has counted and has left. */
export function limitNow(limit: LimitView) {
  return {
    id: limit.id,
    ...limitSet(limit),
    ...figures(limit),
    resets_at: limit.resets_at === undefined ? undefined : isoTime(limit.resets_at),
    granularity_seconds: limit.granularity_seconds,
  };
}

function figures(limit: LimitView) {
  const { spent, held, remaining, over_by: overBy, asset } = limit;
  if (limit.of === 'count') {
    return {
      spent: Number(spent),
      held: Number(held),
      remaining: Number(remaining),
      over_by: overBy === undefined ? undefined : Number(overBy),
    };
  }
  return {
    ...numberWithTwin('spent', spent, asset),
    ...numberWithTwin('held', held, asset),
    ...numberWithTwin('remaining', remaining, asset),
    ...(overBy === undefined ? {} : numberWithTwin('over_by', overBy, asset)),
  };
}
