import type { Breakers } from '#domain';
import { limitNow, limitSet } from './answers-limit.js';
import type { AgentView } from './wire.js';

/** Breakers as they were set. */
export function renderBreakersSet({ limits, ...others }: Breakers) {
  return { ...others, ...(limits ? { limits: limits.map(limitSet) } : {}) };
}

/** Breakers with what they have counted so far. */
export function renderBreakers({ settings, declines, failures, limits }: NonNullable<AgentView['breakers']>) {
  return {
    ...renderBreakersSet(settings),
    ...(settings.limits ? { limits: limits.map(limitNow) } : {}),
    declines,
    failures,
  };
}
