import { NO_VALUE, SERVICE_COUNTERPARTY } from '../fold/rollup-group.js';
import { labelMatches } from './list-payments.js';
import type { ReportDimension, SpendReportQuery, ValueDimension } from './report-query.js';

/** A filter as it is asked for: ids are resolved, a value of nothing that exists matches nothing. */
export interface Filter {
  dimension: ValueDimension;
  values: readonly string[];
}

export interface ReportQuestion {
  /** 32 hex digits. */
  org: string;
  group_by: readonly ReportDimension[];
  filters: readonly Filter[];
  /** Days since the epoch; `to` is not included. */
  from_day: number | undefined;
  to_day: number | undefined;
  currency: NonNullable<SpendReportQuery['filters']>['currency'];
}

/**
 * Where a report's figures come from, as SQL common table expressions. `rows` has the dimensions as columns, `totals` has
 * each payment once; both have day, asset and the figures.
 */
export interface ReportSource {
  with: string;
  rows: string;
  totals: string;
}

/** Gives a value to the statement and returns its parameter, such as `$3`. */
export type Parameter = (value: unknown) => string;

/** Most payments that a report over several dimensions may look at. */
export const PAYMENTS_LOOKED_AT = 200_000;

/** The one dimension that the roll-up must be read in; undefined where the question needs more than one. */
export function rollupDimension({ group_by, filters }: ReportQuestion): ValueDimension | 'org' | undefined {
  const needed = new Set<ValueDimension>(filters.map(({ dimension }) => dimension));
  for (const dimension of group_by) if (dimension !== 'day') needed.add(dimension);
  if (needed.size > 1) return undefined;
  const [only] = needed;
  return only ?? 'org';
}

/** Sums that are kept: the cost is that of the rows shown. */
export function fromRollup(question: ReportQuestion, dimension: ValueDimension | 'org', give: Parameter): ReportSource {
  const where = [`org = ${give(question.org)}`];
  if (question.from_day !== undefined) where.push(`day >= date '1970-01-01' + ${give(question.from_day)}::integer`);
  if (question.to_day !== undefined) where.push(`day < date '1970-01-01' + ${give(question.to_day)}::integer`);
  if (question.currency !== undefined) where.push(`asset = ${give(question.currency)}`);
  const [filter] = question.filters;
  const select = (columns: string, from: string, conditions: string[]) =>
    `select ${columns} day, asset, spent, held, earned, refunded, payments, declined
     from bursar_read.rollup where dimension = '${from}' and ${[...where, ...conditions].join(' and ')}`;
  const filtered = filter ? [`value = any(${give(filter.values)}::text[])`] : [];
  // A session's row contains those below it, so the filtered report lists them while its total is that one row.
  const shown =
    filter?.dimension === 'session' && question.group_by.includes('session') && filter.values[0] !== NO_VALUE
      ? [`value in (${below(give(filter.values))})`]
      : filtered;
  return {
    with: '',
    rows: select(dimension === 'org' ? '' : `value as ${dimension},`, dimension, shown),
    totals: filter ? select('', dimension, filtered) : select('', 'org', []),
  };
}

/**
 * Several dimensions at once are summed up from the payments of the period. Each payment gives what its payer spent, and
 * where the payee is an agent what that one earned; then it is spread over its labels and over its sessions up to the root.
 */
export function fromPayments(question: ReportQuestion, give: Parameter, payments_looked_at: number): ReportSource {
  const where = [`org = ${give(question.org)}`];
  if (question.from_day !== undefined) where.push(`decided_at >= ${give(question.from_day * DAY_MS)}`);
  if (question.to_day !== undefined) where.push(`decided_at < ${give(question.to_day * DAY_MS)}`);
  if (question.currency !== undefined) where.push(`asset = ${give(question.currency)}`);
  const filtered = question.filters.map((filter) => entryCondition(filter, give));
  const grouped = (dimension: ReportDimension) => question.group_by.includes(dimension);
  const labels = question.filters.find(({ dimension }) => dimension === 'label');
  const sessions = question.filters.find(({ dimension }) => dimension === 'session');
  const joins: string[] = [];
  if (grouped('label')) {
    joins.push(`left join lateral (
      select distinct case when l.name = 'label' then l.value else l.name || '=' || l.value end as text
      from jsonb_each_text(e.labels) as l(name, value)
    ) as l on true`);
  }
  if (grouped('session')) joins.push('left join chain c on c.leaf = e.session');
  const spread: string[] = [];
  if (grouped('label') && labels) spread.push(`coalesce(l.text, '') = any(${give(labels.values)}::text[])`);
  if (grouped('session') && sessions && sessions.values[0] !== NO_VALUE) {
    spread.push(`c.session_id in (select chain.session_id from chain join chain top
      on top.leaf = chain.leaf and ${sessionId('top.session_id')} = any(${give(sessions.values)}::text[])
      where chain.depth >= top.depth)`);
  }
  const columns: Record<Exclude<ReportDimension, 'day'>, string> = {
    agent: 'e.agent',
    counterparty: 'e.counterparty',
    service: serviceOf('e.payee_service'),
    protocol: 'e.protocol',
    label: `coalesce(l.text, '')`,
    session: `coalesce(${sessionId('c.session_id')}, '')`,
  };
  const dimensions = question.group_by
    .filter((dimension) => dimension !== 'day')
    .map((dimension) => `${columns[dimension]} as ${dimension},`)
    .join(' ');
  const figures = 'day, asset, spent, held, earned, refunded, payments, declined';
  return {
    with: `
      looked_at as materialized (
        select * from bursar_read.payment where ${where.join(' and ')} order by decided_at, position
        limit ${payments_looked_at + 1}
      ),
      chain as materialized (${CHAIN}),
      sides as (
        select p.*, ${agentId('payer')} as agent, coalesce(${agentId('payee_agent')}, case when ${IS_FOREIGN} then '' else '${SERVICE_COUNTERPARTY}' end || payee_service) as counterparty,
          captured - refunded as spent_units, held as held_units, 0::bigint as earned_units, refunded as refunded_units,
          (status <> 'declined')::integer as payments, (status = 'declined')::integer as declined
        from looked_at p
        union all
        select p.*, ${agentId('payee_agent')}, ${agentId('payer')}, 0, 0, captured - refunded, 0, 0, 0
        from looked_at p where payee_agent is not null and captured > 0
      ),
      entries as materialized (
        select agent, counterparty, payee_service, protocol, labels, session, asset,
          date '1970-01-01' + (decided_at / ${DAY_MS})::integer as day,
          spent_units as spent, held_units as held, earned_units as earned, refunded_units as refunded, payments, declined
        from sides ${filtered.length > 0 ? `where ${filtered.join(' and ')}` : ''}
      ),`,
    rows: `select ${dimensions} ${figures} from entries e ${joins.join(' ')}
      ${spread.length > 0 ? `where ${spread.join(' and ')}` : ''}`,
    totals: `select ${figures} from entries`,
  };
}

const DAY_MS = 86_400_000;

/** A payee of another org stands in the column as `org_…/handle`; no service's name has a slash. */
const IS_FOREIGN = `strpos(payee_service, '/') > 0`;

function serviceOf(column: string): string {
  return `case when strpos(${column}, '/') > 0 then '' else coalesce(${column}, '') end`;
}

/** Every session of the payments looked at with all its ancestors; one whose opening was never seen stands alone. */
const CHAIN = `
  with recursive up as (
    select leaf, leaf as session_id, s.parent, coalesce(s.depth, 0) as depth
    from (select distinct session as leaf from looked_at where session is not null) as leaves
    left join bursar_read.session s on s.session_id = leaf
    union all
    select up.leaf, up.parent, s.parent, up.depth - 1
    from up left join bursar_read.session s on s.session_id = up.parent where up.parent is not null
  )
  select leaf, session_id, depth from up`;

function entryCondition({ dimension, values }: Filter, give: Parameter): string {
  switch (dimension) {
    case 'agent':
    case 'counterparty':
      return `${dimension} = any(${give(values)}::text[])`;
    case 'protocol':
      return `protocol = any(${give(values)}::text[])`;
    case 'service':
      return `${serviceOf('payee_service')} = any(${give(values)}::text[])`;
    case 'label':
      return values[0] === NO_VALUE ? 'labels is null' : labelMatches(give(values[0]));
    case 'session':
      return values[0] === NO_VALUE
        ? 'session is null'
        : `session in (select leaf from chain where ${sessionId('chain.session_id')} = any(${give(values)}::text[]))`;
  }
}

/** These sessions and all below them. */
function below(sessions: string): string {
  return `
    with recursive down as (
      select session_id from bursar_read.session
      where session_id = any(array(select substr(id, 5)::uuid from unnest(${sessions}::text[]) as id))
      union all
      select s.session_id from down join bursar_read.session s on s.parent = down.session_id
    )
    select ${sessionId('session_id')} from down`;
}

function agentId(column: string): string {
  return `'agt_' || replace(${column}::text, '-', '')`;
}

function sessionId(column: string): string {
  return `'ses_' || replace(${column}::text, '-', '')`;
}
