import { hash } from 'node:crypto';

/**
 * The versioned hash by which two requests with the same idempotency key are told to be the same (D6). `source` is the
 * canonical text of the normalised caller fields: it begins with the command's type, so that one key cannot pay and refund.
 */
export function fingerprintOf(source: string): string {
  return `v1:${hash('sha256', source, 'base64url')}`;
}

/** Canonical text of a command's caller fields: keys sorted, absent fields left out, money as units. */
export function fingerprintSource(commandType: string, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([commandType, canonical(fields)]);
}

function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  return Object.keys(fields)
    .filter((name) => fields[name] !== undefined)
    .sort()
    .map((name) => [name, canonical(fields[name])]);
}
