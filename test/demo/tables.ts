import Table from 'cli-table3';
import type { SessionAnswer, SpendReport, SpendRow } from '#client';
import type { Day } from './day.js';

type Column = readonly [head: string, cell: (row: SpendRow) => string];

export async function printAgents(day: Day): Promise<void> {
  const report = await settledReport(day, 'agent');
  print('Spend per agent', report, [
    ['agent', (row) => row.handle ?? '(none)'],
    ['spent', (row) => dollars(row.spent)],
    ['earned', (row) => dollars(row.earned)],
    ['refunded', (row) => dollars(row.refunded)],
    ['payments', (row) => String(row.payments)],
    ['refused', (row) => String(row.declined)],
  ]);
}

export async function printServices(day: Day): Promise<void> {
  print('Spend per service', await settledReport(day, 'service'), [
    ['service', (row) => row.service ?? '(other agents)'],
    ['spent', (row) => dollars(row.spent)],
    ['payments', (row) => String(row.payments)],
  ]);
}

export async function printLabels(day: Day): Promise<void> {
  print('Spend per label', await settledReport(day, 'label'), [
    ['label', (row) => row.label ?? '(unlabelled)'],
    ['spent', (row) => dollars(row.spent)],
    ['payments', (row) => String(row.payments)],
  ]);
}

/** The tree as the book's owner has it: what was spent below counts in every session above. */
export async function printTree(day: Day): Promise<void> {
  const root = await day.client.sessions.get(day.root);
  const names = new Map(Object.entries(day.agents).map(([name, id]) => [id, name]));
  const table = new Table({ head: ['session', 'budget', 'spent', 'held', 'status'], style: plain });
  const add = (session: SessionAnswer, depth: number): void => {
    const name =
      depth === 0
        ? 'the whole piece of work'
        : `${'  '.repeat(depth - 1)}└ ${names.get(session.agent_id ?? '') ?? session.session_id}`;
    table.push([name, dollars(session.budget), dollars(session.spent), dollars(session.held), session.status]);
    for (const child of session.children ?? []) add(child, depth + 1);
  };
  add(root, 0);
  console.log(`Spend per session tree\n${table.toString()}\n`);
}

function print(title: string, report: SpendReport, columns: readonly Column[]): void {
  const table = new Table({ head: columns.map(([head]) => head), style: plain });
  for (const row of report.rows) table.push(columns.map(([, cell]) => cell(row)));
  console.log(`${title}\n${table.toString()}\n`);
}

/** Reports come from views, which follow the log: waits until they have all that was answered. */
export async function settledReport(day: Day, group_by: 'agent' | 'service' | 'label'): Promise<SpendReport> {
  const { position } = await lastEvent(day);
  for (let attempt = 0; attempt < 200; attempt++) {
    const report = await day.client.reports.spend({ group_by, limit: 200 });
    if (positionNumber(report.position) >= positionNumber(position)) return report;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the views did not reach the log within 5 s');
}

async function lastEvent(day: Day): Promise<{ position: string }> {
  let position = '0:0';
  for await (const event of day.client.events.each()) position = event.position;
  return { position };
}

function positionNumber(position: string): number {
  return Number(position.split(':')[1]);
}

function dollars(amount: string | number): string {
  return `$${Number(amount).toFixed(6)}`;
}

const plain = { head: [], border: [] };
