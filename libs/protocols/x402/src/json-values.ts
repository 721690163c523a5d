import { isJsonObject, JsonNumber } from '#contracts';
import { X402_BOUNDS } from './bounds.js';

/** Whether a value that `readJson` gave is small and flat enough to be walked. Stops at the first bound that it passes. */
export function fitsBounds(value: unknown): boolean {
  return weightLeft(value, X402_BOUNDS.weight, X402_BOUNDS.depth) >= 0;
}

function weightLeft(value: unknown, weight: number, depth: number): number {
  if (depth < 0) return -1;
  let left = weight - 1;
  if (typeof value === 'string') return left - value.length;
  if (value instanceof JsonNumber) return left - value.text.length;
  if (typeof value !== 'object' || value === null) return left;
  for (const [name, inner] of Object.entries(value)) {
    left = weightLeft(inner, left - (Array.isArray(value) ? 0 : name.length), depth - 1);
    if (left < 0) return -1;
  }
  return left;
}

/**
 * Whether two values are the same JSON. Numbers are compared as doubles, since the published clients echo them through
 * JavaScript, which writes `1.0` as `1`; amounts of money are texts and are compared exactly.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  );
}

function isNumber(value: unknown): value is JsonNumber | number {
  return value instanceof JsonNumber || typeof value === 'number';
}
