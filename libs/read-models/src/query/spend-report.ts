import type pg from 'pg';
import { partitionOf } from '#contracts';
import { formatAmount, type Asset } from '#domain';
import { NO_VALUE } from '../fold/rollup-group.js';
import { agentIds } from './agent-ids.js';
import { decodeCursor, encodeCursor, invalid } from './cursor.js';
import { idHex } from './list-payments.js';
import { pageLimit } from './page-limit.js';
import { ReadModelQueryError } from './query-errors.js';
import { ask } from './reader.js';
import {
  REPORT_DIMENSIONS,
  type ReportDimension,
  type ReportFigures,
  type ReportRow,
  type SpendReport,
  type SpendReportQuery,
} from './report-query.js';
import {
  fromPayments,
  fromRollup,
  PAYMENTS_LOOKED_AT,
  rollupDimension,
  type Filter,
  type Parameter,
  type ReportQuestion,
} from './report-sources.js';

const DAY_MS = 86_400_000;
const FIGURES = ['spent', 'held', 'earned', 'refunded', 'payments', 'declined'] as const;

/**
 * Spend of one organization. One dimension, alone or with `day`, comes from sums that are kept. Several at once, or
 * filters in another dimension than the grouped one, are summed up from the payments of the period and refused with
 * `report_too_large` where these are too many. All of one answer is of one moment. Throws `ReadModelQueryError`.
 */
export async function spendReport(
  pool: pg.Pool,
  query: SpendReportQuery,
  headOf?: (partition: number) => Promise<number>,
  payments_looked_at = PAYMENTS_LOOKED_AT,
): Promise<SpendReport> {
  const limit = pageLimit(query.limit);
  const asked_at = Date.now();
  const partition = partitionOf(query.org);
  const [question, head] = await Promise.all([readQuestion(pool, query), headOf?.(partition)]);
  const { group_by } = question;
  const name = `report ${group_by.join(',')}`;
  const after = decodeCursor(query.cursor, name, group_by.length + 1);

  const values: unknown[] = [];
  const give: Parameter = (value) => `$${values.push(value)}`;
  const dimension = rollupDimension(question);
  const source =
    dimension === undefined ? fromPayments(question, give, payments_looked_at) : fromRollup(question, dimension, give);
  const columns = [...group_by, 'asset'];
  const sums = FIGURES.map((figure) => `sum(${figure})::text as ${figure}`).join(', ');
  const from = after ? `where (${columns.join(', ')}) > (${places(group_by, after, give)})` : '';

  const [answer] = await ask<Answer>(
    pool,
    `with ${source.with}
     rows as (
       select ${columns.join(', ')}, ${sums} from (${source.rows}) as r ${from}
       group by ${columns.join(', ')} order by ${columns.join(', ')} limit ${limit + 1}
     ),
     totals as (select asset, ${sums} from (${source.totals}) as t group by asset order by asset)
     select
       c.position, c.event_time,
       ${dimension === undefined ? '(select count(*) from looked_at)' : '0'} as looked_at,
       coalesce((select json_agg(r) from (
         select rows.* ${namesOf(group_by)} from rows ${joinsOf(group_by)} order by ${columns.join(', ')}
       ) as r), '[]') as rows,
       coalesce((select json_agg(totals) from totals), '[]') as totals
     from bursar_read.checkpoint c where c.partition = ${give(partition)}`,
    values,
  );
  if (!answer) throw new Error(`The read models have no checkpoint of partition ${partition}`);
  if (Number(answer.looked_at) > payments_looked_at) throw tooLarge(payments_looked_at);
  const shown = answer.rows.slice(0, limit);
  const last = answer.rows.length > limit ? shown.at(-1) : undefined;
  const event_time = Number(answer.event_time ?? 0);
  return {
    rows: shown.map((row) => toRow(row, group_by)),
    totals: answer.totals.map(toFigures),
    position: `${partition}:${answer.position}`,
    as_of: head !== undefined && Number(answer.position) >= head ? asked_at : event_time,
    next_cursor: last
      ? encodeCursor(
          name,
          columns.map((column) => last[column] ?? NO_VALUE),
        )
      : null,
  };
}

type Sums = Record<(typeof FIGURES)[number], string> & { asset: Asset };
type Row = Sums & Record<string, string | null>;

interface Answer {
  position: string;
  event_time: string | null;
  looked_at: string;
  rows: Row[];
  totals: Sums[];
}

async function readQuestion(pool: pg.Pool, query: SpendReportQuery): Promise<ReportQuestion> {
  const { group_by, filters = {} } = query;
  for (const dimension of group_by) {
    if (!REPORT_DIMENSIONS.includes(dimension) || group_by.indexOf(dimension) !== group_by.lastIndexOf(dimension)) {
      throw new ReadModelQueryError(
        'dimension_unknown',
        'group_by',
        `must name each of ${REPORT_DIMENSIONS.join(', ')} at most once`,
      );
    }
  }
  const org = idHex(query.org) ?? '0'.repeat(32);
  const from_day = wholeDay(query.from, 'from');
  const to_day = wholeDay(query.to, 'to');
  if (from_day !== undefined && to_day !== undefined && from_day >= to_day) {
    throw new ReadModelQueryError('period_empty', 'to', 'must be after `from`; the day of `to` is not included');
  }
  const { agent, label, session, service, protocol, counterparty, currency } = filters;
  const read: Filter[] = [];
  if (agent !== undefined) {
    const ids = await agentIds(pool, org, agent);
    read.push({ dimension: 'agent', values: ids.map((id) => `agt_${id}`) });
  }
  if (label !== undefined) read.push({ dimension: 'label', values: [label] });
  if (session !== undefined) {
    const known = session === NO_VALUE || idHex(session) !== undefined;
    read.push({ dimension: 'session', values: known ? [session] : [] });
  }
  if (service !== undefined) read.push({ dimension: 'service', values: [service] });
  if (protocol !== undefined) read.push({ dimension: 'protocol', values: [protocol] });
  if (counterparty !== undefined) read.push({ dimension: 'counterparty', values: [counterparty] });
  return { org, group_by, filters: read, from_day, to_day, currency };
}

function wholeDay(time: number | undefined, field: string): number | undefined {
  if (time === undefined) return undefined;
  if (Number.isSafeInteger(time) && time % DAY_MS === 0) return time / DAY_MS;
  throw new ReadModelQueryError('period_not_whole_days', field, 'must be midnight UTC: reports are of whole UTC days');
}

function tooLarge(payments: number): ReadModelQueryError {
  return new ReadModelQueryError(
    'report_too_large',
    'group_by',
    `more than ${payments} payments lie in this period; a report over several dimensions needs a shorter one (from, to)`,
  );
}

/** The cursor's values as parameters, in the types of their columns. */
function places(group_by: readonly ReportDimension[], after: readonly string[], give: Parameter): string {
  return [...group_by, 'asset']
    .map((column, index) => {
      const text = after[index] ?? NO_VALUE;
      if (column !== 'day') return `${give(text)}::text`;
      if (!/^\d{4,6}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) throw invalid();
      return `${give(text)}::date`;
    })
    .join(', ');
}

/** What stands beside ids, looked up for the rows of the page only. */
function namesOf(group_by: readonly ReportDimension[]): string {
  const names: string[] = [];
  if (group_by.includes('agent')) names.push(', a.handle');
  if (group_by.includes('counterparty')) names.push(', o.handle as counterparty_handle');
  if (group_by.includes('session')) names.push(`, 'ses_' || replace(s.parent::text, '-', '') as parent_session_id`);
  return names.join('');
}

function joinsOf(group_by: readonly ReportDimension[]): string {
  const joins: string[] = [];
  if (group_by.includes('agent')) joins.push(`left join bursar_read.agent a on a.agent_id = ${uuidOf('agt', 'agent')}`);
  if (group_by.includes('counterparty')) {
    joins.push(`left join bursar_read.agent o on o.agent_id = ${uuidOf('agt', 'counterparty')}`);
  }
  if (group_by.includes('session'))
    joins.push(`left join bursar_read.session s on s.session_id = ${uuidOf('ses', 'session')}`);
  return joins.join(' ');
}

function uuidOf(prefix: string, column: string): string {
  return `case when rows.${column} ~ '^${prefix}_[0-9a-f]{32}$' then substr(rows.${column}, 5)::uuid end`;
}

function toRow(row: Row, group_by: readonly ReportDimension[]): ReportRow {
  const shown: ReportRow = { ...toFigures(row) };
  const valued: Record<string, unknown> = {};
  for (const dimension of group_by) {
    const value = row[dimension] === NO_VALUE ? null : row[dimension];
    valued[dimension] = value;
    if (dimension === 'agent') Object.assign(valued, { agent_id: value, handle: row['handle'] ?? null });
    if (dimension === 'session')
      Object.assign(valued, { session_id: value, parent_session_id: row['parent_session_id'] ?? null });
    if (dimension === 'counterparty') valued['counterparty_handle'] = row['counterparty_handle'] ?? null;
  }
  return { ...valued, ...shown };
}

function toFigures(sums: Sums): ReportFigures {
  const amount = (units: string) => formatAmount(BigInt(units), sums.asset);
  return {
    currency: sums.asset,
    spent: amount(sums.spent),
    held: amount(sums.held),
    earned: amount(sums.earned),
    refunded: amount(sums.refunded),
    payments: Number(sums.payments),
    declined: Number(sums.declined),
  };
}
