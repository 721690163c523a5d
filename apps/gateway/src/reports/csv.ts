import type { ReportDimension, ReportRow } from '#read-models';

/** The columns that a dimension has beside its own. */
const BESIDE: Partial<Record<ReportDimension, readonly (keyof ReportRow)[]>> = {
  agent: ['handle'],
  session: ['parent_session_id'],
  counterparty: ['counterparty_handle'],
};

const FIGURES = ['currency', 'spent', 'held', 'earned', 'refunded', 'payments', 'declined'] as const;

/** RFC 4180, with a header line. Nothing is rounded or shortened. */
export function csvOf(rows: readonly ReportRow[], group_by: readonly ReportDimension[]): string {
  const columns: (keyof ReportRow)[] = [
    ...group_by.flatMap((dimension) => [dimension, ...(BESIDE[dimension] ?? [])]),
    ...FIGURES,
  ];
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
