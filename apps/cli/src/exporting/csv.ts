export type Row = Readonly<Record<string, unknown>>;

/** One line of RFC 4180. Nothing is rounded or shortened; what has parts of its own stands there as JSON. */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** `payer.handle` is a field of a field. */
export function csvRow(row: object, columns: readonly string[]): string {
  return csvLine(columns.map((column) => column.split('.').reduce(fieldOf, row as unknown)));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Row)[name] : undefined;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
