import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';

/** One line of the table: the median of several runs of one thing. */
export interface Row {
  name: string;
  /** All runs, in the order they were made. */
  runs: readonly number[];
  unit: string;
  /** What the issue asks for, as text, and whether the median is there. */
  target?: string;
  reached?: boolean;
  /** Which process was the limit. */
  limit?: string;
  conditions: string;
  /** Differences between ledger and views afterwards; must be 0. */
  mismatches?: number;
  details?: Readonly<Record<string, unknown>>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function printReport(rows: readonly Row[]): void {
  const table = new Table({
    head: ['row', 'median', 'min – max', 'target', 'limit', 'mismatches', 'conditions'],
    style: { head: [], border: [] },
    colWidths: [34, 16, 22, 26, 24, 12, 52],
    wordWrap: true,
  });
  for (const row of rows)
    table.push([
      row.name,
      `${shown(median(row.runs))} ${row.unit}`,
      `${shown(Math.min(...row.runs))} – ${shown(Math.max(...row.runs))} (${row.runs.length})`,
      row.target === undefined ? '' : `${row.reached ? 'reached' : 'MISSED'}: ${row.target}`,
      row.limit ?? '',
      row.mismatches ?? '',
      row.conditions,
    ]);
  console.log(table.toString());
}

export function writeReport(file: string, rows: readonly Row[], quick: boolean): void {
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memory_bytes: totalmem() };
  const content = { at: new Date().toISOString(), node: process.version, machine, quick, rows: rows.map(withMedian) };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

function withMedian(row: Row): Row & { median: number } {
  return { ...row, median: median(row.runs) };
}

function shown(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
