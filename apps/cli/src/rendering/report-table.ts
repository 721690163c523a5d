import type { ReportDimension, SpendFigures, SpendReport, SpendRow } from '#client';
import { table, type Cell } from './table.js';

export type WholeReport = Pick<SpendReport, 'rows' | 'totals' | 'position' | 'as_of'>;

/** What a row is of; each dimension has fields of its own. */
const COLUMNS: Record<ReportDimension, readonly [string, (row: SpendRow) => Cell][]> = {
  agent: [['agent', (row) => row.handle ?? row.agent_id ?? row.agent]],
  label: [['label', (row) => row.label ?? '(none)']],
  session: [['session', (row) => row.session_id ?? row.session ?? '(none)']],
  service: [['service', (row) => row.service ?? '(none)']],
  protocol: [['protocol', (row) => row.protocol]],
  counterparty: [['counterparty', (row) => row.counterparty_handle ?? row.counterparty]],
  day: [['day', (row) => row.day]],
};

const FIGURES = ['spent', 'held', 'earned', 'refunded', 'payments', 'declined', 'currency'] as const;

/** All rows, and under them the totals, in which a payment with several labels stands once. */
export function reportTable(dimensions: readonly ReportDimension[], report: WholeReport): string {
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension]);
  const rows = report.rows.map((row) => [...columns.map(([, cell]) => cell(row)), ...figureCells(row)]);
  const totals = report.totals.map((total) => [
    ...columns.map((_column, index) => (index === 0 ? 'total' : '')),
    ...figureCells(total),
  ]);
  const text = table([...columns.map(([name]) => name), ...FIGURES], [...rows, ...totals]);
  return `${text}\n\nAs of ${report.as_of}, position ${report.position} of the log.`;
}

function figureCells(figures: SpendFigures): Cell[] {
  return FIGURES.map((name) => figures[name]);
}
