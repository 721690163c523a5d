import { isDeepStrictEqual } from 'node:util';

/** Throws where the real thing is not what the reference says. */
export function same(what: string, real: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(real, expected)) throw new Error(`${what}: is ${show(real)}, should be ${show(expected)}`);
}

/** Any value as text. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? `${field}` : field));
}
