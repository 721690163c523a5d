import { isJsonObject } from '#contracts';

/** Whether lists and objects of a JSON value stand in each other more than `depth` times. Walks no deeper than that. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  const inner = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : undefined;
  if (inner === undefined) return false;
  return depth === 0 || inner.some((one) => isDeeperThan(one, depth - 1));
}
