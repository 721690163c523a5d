import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** COPY's text format: what an absent value looks like. */
export const NULL = '\\N';

/** Escapes free text for COPY's text format. Ids, digits and words of our own need no escaping. */
export function copyText(text: string): string {
  return /[\\\t\n\r]/.test(text)
    ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character as keyof typeof ESCAPES])
    : text;
}

const ESCAPES = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export function copyJson(value: object | undefined): string {
  return value === undefined ? NULL : copyText(JSON.stringify(value));
}

/** Labels as they are stored: none is null. */
export function copyLabels(labels: Readonly<Record<string, string>>): string {
  for (const _ in labels) return copyText(JSON.stringify(labels));
  return NULL;
}

/** Loads lines of COPY's text format; the fastest way into a table, several times that of INSERT. */
export async function copyInto(
  client: pg.ClientBase,
  table: string,
  columns: string,
  lines: string | Buffer,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin`));
  await new Promise<void>((resolve, reject) => {
    stream.once('error', reject);
    stream.once('finish', resolve);
    stream.end(lines);
  });
}
