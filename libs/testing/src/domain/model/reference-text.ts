import type { ReferenceBook } from './reference-book.js';

/** The reference as text, to go back to. */
export function stringify(reference: ReferenceBook): string {
  return JSON.stringify(reference, (_name, field: unknown) => (typeof field === 'bigint' ? `bigint:${field}` : field));
}

export function parse(text: string): ReferenceBook {
  return JSON.parse(text, (_name, field: unknown) =>
    typeof field === 'string' && field.startsWith('bigint:') ? BigInt(field.slice(7)) : field,
  ) as ReferenceBook;
}
