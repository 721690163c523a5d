import type { Book } from '#domain';

/** All of a book as text, in an order that does not depend on how it came about: equal books have equal dumps. */
export function dumpBook(book: Book): string {
  const lines: string[] = [];
  for (const [name, table] of Object.entries(book) as [string, { values(): Iterable<object> }][])
    lines.push(...[...table.values()].map((value) => `${name} ${stable(value)}`).toSorted());
  return lines.join('\n');
}

function stable(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .map(([name, field]) => `${name}:${stable(field)}`)
    .toSorted()
    .join(',')}}`;
}
