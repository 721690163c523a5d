import type pg from 'pg';
import type { BookEvent } from '#domain';
import { readHeads } from '../log/read-log.js';
import { logPool, readerPool } from '../schema/connections.js';
import { ExpectedViews, type ExpectedFigures, type ExpectedRequest } from './expected-views.js';

export interface Mismatch {
  view: 'rollup' | 'payment' | 'request' | 'checkpoint';
  /** The row that differs. */
  key: string;
  /** What the log says, and what the view shows; `absent` where one has no such row. */
  expected: string;
  shown: string;
}

export interface ViewComparison {
  /** Empty where every row agrees to the unit. At most `mismatches_kept` of them, all are counted. */
  mismatches: Mismatch[];
  mismatch_count: number;
  events: number;
  rollup_rows: number;
  payment_rows: number;
  /** Events that the log holds and the views do not yet. */
  positions_behind: number;
  /** Events that the projection could not take in, left out of the comparison. */
  quarantined: number;
}

export interface CompareOptions {
  log_url?: string;
  /** How long to wait until the views have reached what the log held at the start; 0 compares at once. */
  wait_ms?: number;
  mismatches_kept?: number;
}

const ROWS_AT_ONCE = 2_000;

/**
 * Works out every roll-up row and every payment from the log, by code of its own, and compares them with what the views
 * show at one moment. It keeps all payments in memory, about 0.3 kB each.
 */
export async function compareViewsWithLog(url: string, options: CompareOptions = {}): Promise<ViewComparison> {
  const views = readerPool(url, { statement_timeout_ms: 600_000, connections: 1 });
  const log = logPool(options.log_url ?? url, { statement_timeout_ms: 600_000, connections: 1 });
  try {
    await waitForHead(views, log, options.wait_ms ?? 0);
    const client = await views.connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      return await compare(client, log, options.mismatches_kept ?? 100);
    } finally {
      client.release(true);
    }
  } finally {
    await Promise.all([views.end(), log.end()]);
  }
}

async function compare(views: pg.ClientBase, log: pg.Pool, mismatches_kept: number): Promise<ViewComparison> {
  const checkpoints = await positionsIn(views);
  const quarantined = new Set<string>();
  for (const row of (await views.query<{ place: string }>(QUARANTINED)).rows) quarantined.add(row.place);
  const expected = new ExpectedViews();
  for (const [partition, position] of checkpoints) await readInto(expected, log, partition, position, quarantined);

  const comparison: ViewComparison = {
    mismatches: [],
    mismatch_count: 0,
    events: expected.events,
    rollup_rows: 0,
    payment_rows: 0,
    positions_behind: await positionsBehind(checkpoints, log),
    quarantined: quarantined.size,
  };
  const differ = (mismatch: Mismatch): void => {
    comparison.mismatch_count += 1;
    if (comparison.mismatches.length < mismatches_kept) comparison.mismatches.push(mismatch);
  };
  await eachRow<RollupRow>(views, ROLLUP, (row) => {
    comparison.rollup_rows += 1;
    const key = `${id('org', row.org)} ${row.day} ${row.asset} ${row.dimension} ${row.value}`;
    const wanted = expected.rollup.get(key);
    expected.rollup.delete(key);
    const [is, shown] = [wanted ? figuresText(wanted) : 'absent', figuresText(row)];
    if (is !== shown && !(wanted === undefined && shown === NOTHING))
      differ({ view: 'rollup', key, expected: is, shown });
  });
  for (const [key, wanted] of expected.rollup) {
    const is = figuresText(wanted);
    if (is !== NOTHING) differ({ view: 'rollup', key, expected: is, shown: 'absent' });
  }
  await eachRow<PaymentRow>(views, PAYMENTS, (row) => {
    comparison.payment_rows += 1;
    const key = id('pay', row.payment_id);
    const wanted = expected.payments.get(key);
    expected.payments.delete(key);
    const [is, shown] = [wanted ? paymentText(wanted) : 'absent', paymentText(row)];
    if (is !== shown) differ({ view: 'payment', key, expected: is, shown });
  });
  for (const [key, wanted] of expected.payments) {
    differ({ view: 'payment', key, expected: paymentText(wanted), shown: 'absent' });
  }
  await compareRequests(views, expected, differ);
  const counted = Number((await views.query<{ events: string }>(TALLIED)).rows[0]?.events);
  const passed = [...checkpoints.values()].reduce((sum, position) => sum + position, 0);
  if (counted !== passed) {
    differ({ view: 'checkpoint', key: 'events counted', expected: `${passed}`, shown: `${counted}` });
  }
  return comparison;
}

async function compareRequests(
  views: pg.ClientBase,
  expected: ExpectedViews,
  differ: (mismatch: Mismatch) => void,
): Promise<void> {
  await eachRow<ExpectedRequest & { request_id: string }>(views, REQUESTS, (row) => {
    const key = id('req', row.request_id);
    const wanted = expected.requests.get(key);
    expected.requests.delete(key);
    const shown = requestText({ ...row, payment: row.payment === '' ? '' : id('pay', row.payment) });
    const is = wanted ? requestText(wanted) : 'absent';
    if (is !== shown) differ({ view: 'request', key, expected: is, shown });
  });
  for (const [key, wanted] of expected.requests)
    differ({ view: 'request', key, expected: requestText(wanted), shown: 'absent' });
}

function requestText({ status, amount, position, expires_at, ended_at, payment }: ExpectedRequest): string {
  return `${status} of ${amount} at ${position} until ${expires_at}, ended ${ended_at} by ${payment}`;
}

const REQUESTS = `
  select request_id, status, amount::text, partition || ':' || position as position,
    coalesce(expires_at::text, '') as expires_at, coalesce(ended_at::text, '') as ended_at,
    coalesce(payment::text, '') as payment
  from bursar_read.request`;

const QUARANTINED = `select partition || ':' || position as place from bursar_read.quarantine`;
const TALLIED = 'select coalesce(sum(events), 0)::text as events from bursar_read.tally';
const ROLLUP = `
  select org, dimension, value, to_char(day, 'YYYY-MM-DD') as day, asset, spent::text, held::text, earned::text,
    refunded::text, payments::text, declined::text
  from bursar_read.rollup`;
const PAYMENTS = `
  select payment_id, held::text, captured::text, refunded::text, status, partition || ':' || position as position,
    coalesce(expires_at::text, '') as expires_at
  from bursar_read.payment`;

type Texts<Figures> = Record<keyof Figures, string>;
type RollupRow = Texts<ExpectedFigures> & { org: string; dimension: string; value: string; day: string; asset: string };
type PaymentRow = Record<
  'payment_id' | 'held' | 'captured' | 'refunded' | 'status' | 'position' | 'expires_at',
  string
>;

const NOTHING = 'spent 0, held 0, earned 0, refunded 0, payments 0, declined 0';

function figuresText(row: ExpectedFigures | Texts<ExpectedFigures>): string {
  const { spent, held, earned, refunded, payments, declined } = row;
  return `spent ${spent}, held ${held}, earned ${earned}, refunded ${refunded}, payments ${payments}, declined ${declined}`;
}

function paymentText(
  row: Record<'held' | 'captured' | 'refunded', bigint | string> & Record<'status' | 'position' | 'expires_at', string>,
): string {
  return `${row.status} at ${row.position} until ${row.expires_at}, held ${row.held}, captured ${row.captured}, refunded ${row.refunded}`;
}

function id(prefix: string, uuid: string): string {
  return `${prefix}_${uuid.replaceAll('-', '')}`;
}

async function positionsIn(views: pg.ClientBase | pg.Pool): Promise<Map<number, number>> {
  const { rows } = await views.query<{ partition: number; position: string }>(
    'select partition, position from bursar_read.checkpoint',
  );
  return new Map(rows.map((row) => [row.partition, Number(row.position)]));
}

async function readInto(
  expected: ExpectedViews,
  log: pg.Pool,
  partition: number,
  until: number,
  leftOut: ReadonlySet<string>,
): Promise<void> {
  for (let after = 0; after < until; after += ROWS_AT_ONCE) {
    const { rows } = await log.query<{ position: string; payload: Buffer }>(
      `select position, payload from bursar.event
       where partition = $1 and position > $2 and position <= $3 order by position`,
      [partition, after, Math.min(after + ROWS_AT_ONCE, until)],
    );
    for (const { position, payload } of rows) {
      if (leftOut.has(`${partition}:${position}`)) continue;
      expected.add(JSON.parse(payload.toString()) as BookEvent, partition, Number(position));
    }
  }
}

async function eachRow<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  query: string,
  take: (row: Row) => void,
): Promise<void> {
  await client.query(`declare compared no scroll cursor for ${query}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${ROWS_AT_ONCE} from compared`);
    for (const row of rows) take(row);
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('close compared');
}

async function positionsBehind(checkpoints: ReadonlyMap<number, number>, log: pg.Pool): Promise<number> {
  let behind = 0;
  for (const [partition, head] of await readHeads(log)) behind += Math.max(0, head - (checkpoints.get(partition) ?? 0));
  return behind;
}

async function waitForHead(views: pg.Pool, log: pg.Pool, wait_ms: number): Promise<void> {
  const heads = await readHeads(log);
  const deadline = Date.now() + wait_ms;
  while (Date.now() < deadline) {
    const checkpoints = await positionsIn(views);
    if ([...heads].every(([partition, head]) => (checkpoints.get(partition) ?? 0) >= head)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
