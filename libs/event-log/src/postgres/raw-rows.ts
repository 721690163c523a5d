import type pg from 'pg';

/**
 * pg reads every field as UTF-8 text, so `bytea` costs two hex digits a byte. Asked for binary fields instead, UTF-8
 * payloads come through byte for byte, at half the size; numbers and hashes are made text by the query. Bytes that are not
 * UTF-8 can only be tampering: they arrive altered, and their hash does not match.
 */
const asText = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/** Settings of a query whose columns are all text or UTF-8 bytea; rows come as arrays of strings. */
export function rawRows(name: string, text: string, values: unknown[]): pg.QueryArrayConfig {
  return { name, text, values, rowMode: 'array', binary: true, types: asText } as pg.QueryArrayConfig;
}

export type RawRow = (string | Buffer | null)[];

/** A later pg may hand out bytes where this one hands out text. */
export function bytesOf(field: string | Buffer | null | undefined): Buffer {
  return typeof field === 'string' ? Buffer.from(field, 'utf8') : (field ?? Buffer.alloc(0));
}

export function numberOf(field: string | Buffer | null | undefined): number {
  return Number(field?.toString());
}

export function hashOf(field: string | Buffer | null | undefined): Buffer {
  return Buffer.from(field?.toString() ?? '', 'hex');
}
