const SECONDS = /^\d{1,6}$/;
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** What `Retry-After` says, in milliseconds: seconds or a date (RFC 9110, 10.2.3). Undefined where it says nothing that can be read. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * 1_000;
  // JavaScript reads a date in nearly anything, such as in "-1".
  const moment = DATE.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}
