const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * How long to wait before the next attempt: what `Retry-After` says (seconds, or a date), else doubling from 50 ms to 2 s,
 * each somewhere in its upper half, so that callers who failed together do not come back together.
 *
 * @param attempt 1 after the first failure
 */
export function retryDelay(attempt: number, retryAfter: string | null, now: number, random = Math.random): number {
  const asked = retryAfterMs(retryAfter, now);
  if (asked !== undefined) return asked + random() * FIRST_MS;
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return longest * (0.5 + random() * 0.5);
}

function retryAfterMs(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
