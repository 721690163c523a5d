const DAY_MS = 86_400_000;

/** How long one key signs. Fixed: another number would give past periods other keys. */
const PERIOD_MS = 90 * DAY_MS;

/** As long as dates can be written; beyond it a number is not a moment. */
const PERIOD_MAXIMUM = Math.floor(8.64e15 / PERIOD_MS);

/**
 * The number of the period that a moment lies in, from 0 at the epoch.
 *
 * @throws where it is no moment after the epoch in milliseconds
 */
export function periodAt(moment_ms: number): number {
  const period = Math.floor(moment_ms / PERIOD_MS);
  if (!Number.isSafeInteger(moment_ms) || !isPeriod(period))
    throw new Error(`${moment_ms} is no moment of a signature`);
  return period;
}

function isPeriod(period: number): boolean {
  return Number.isSafeInteger(period) && period >= 0 && period <= PERIOD_MAXIMUM;
}

/** In seconds, as JOSE counts: `exp` is the first moment that is not in it. */
export function validityOf(period: number): { nbf: number; exp: number } {
  return { nbf: (period * PERIOD_MS) / 1000, exp: ((period + 1) * PERIOD_MS) / 1000 };
}
