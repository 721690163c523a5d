const KEPT_MAXIMUM = 1_000;
const texts = new Map<number, string>();

/** The end of a window in ISO 8601. Kept, since all that count in a window end at the same time, and writing dates is slow. */
export function windowEndText(milliseconds: number): string {
  const kept = texts.get(milliseconds);
  if (kept !== undefined) return kept;
  if (texts.size === KEPT_MAXIMUM) texts.clear();
  const text = new Date(milliseconds).toISOString();
  texts.set(milliseconds, text);
  return text;
}
