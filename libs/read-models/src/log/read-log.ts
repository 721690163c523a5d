import pg from 'pg';
import { PARTITION_COUNT } from '#contracts';
import type { LogEntry, Positions } from './log-entry.js';

type Queryable = pg.Pool | pg.ClientBase;

/** The position of each partition's last event: one look into the primary key per partition, however long the log is. */
export async function readHeads(log: Queryable): Promise<Map<number, number>> {
  const { rows } = await log.query<{ partition: number; position: string }>({
    name: 'bursar_read_heads',
    text: `select p.partition, h.position
           from generate_series(0, ${PARTITION_COUNT - 1}) as p(partition)
           cross join lateral (
             select position from bursar.event where partition = p.partition::smallint order by position desc limit 1
           ) as h`,
  });
  return new Map(rows.map((row) => [row.partition, Number(row.position)]));
}

/**
 * The client reads every value as UTF-8 text, so `bytea` sent in binary arrives as the payload's text: half the bytes
 * and none of the work of its hexadecimal form. Numbers are cast to text by the query.
 */
const ROWS_AS_SENT = { binary: true as const, types: { getTypeParser: () => (value: string) => value } };

export interface LogPage {
  events: number;
  /** Where each partition that was read stands after the page. */
  reached: Map<number, number>;
  /** Partitions whose next event is missing although later ones exist: their log was damaged. */
  gaps: { partition: number; missing_position: number }[];
}

/**
 * Reads at most `limit` events after `from` and up to `heads`, shared out over the partitions that are behind, so that a
 * long backlog of one never keeps the others waiting. `take` gets each entry as it arrives, in order of position inside its
 * partition and without gaps; that no entry is kept is what lets this run at the speed of parsing. It must not throw.
 */
export async function readPage(
  log: pg.Pool,
  from: Positions,
  heads: Positions,
  limit: number,
  take: (entry: LogEntry) => void,
): Promise<LogPage> {
  const ranges = shareOut(from, heads, limit);
  const page: LogPage = { events: 0, reached: new Map(), gaps: [] };
  if (ranges.length === 0) return page;
  const next = new Map(ranges.map(([partition, after]) => [partition, after + 1]));
  await readRanges(log, ranges, ([partitionText, positionText, payload]) => {
    const partition = Number(partitionText);
    const position = Number(positionText);
    if (position !== next.get(partition)) return;
    next.set(partition, position + 1);
    page.events += 1;
    take({ partition, position, payload });
  });
  for (const [partition, , until] of ranges) {
    const missing_position = next.get(partition)!;
    page.reached.set(partition, missing_position - 1);
    if (missing_position <= until) page.gaps.push({ partition, missing_position });
  }
  return page;
}

async function readRanges(
  log: pg.Pool,
  ranges: readonly Range[],
  take: (row: [partition: string, position: string, payload: string]) => void,
): Promise<void> {
  const client = await log.connect();
  try {
    // Bounded on both sides: an open-ended read of a table without statistics is planned badly and is many times slower.
    const config: pg.QueryArrayConfig & { binary: true } = {
      name: 'bursar_read_page',
      text: `select e.partition::text, e.position::text, e.payload
             from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as r(partition, after, until)
             cross join lateral (
               select partition, position, payload from bursar.event
               where partition = r.partition and position > r.after and position <= r.until order by position
             ) as e`,
      values: [column(ranges, 0), column(ranges, 1), column(ranges, 2)],
      rowMode: 'array',
      ...ROWS_AS_SENT,
    };
    const query = new pg.Query<[string, string, string]>(config);
    await new Promise<void>((resolve, reject) => {
      query.on('row', take);
      query.on('end', () => resolve());
      query.on('error', reject);
      client.query(query);
    });
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

type Range = readonly [partition: number, after: number, until: number];

function shareOut(from: Positions, heads: Positions, limit: number): Range[] {
  const behind = [...heads]
    .map(([partition, head]) => ({ partition, after: from.get(partition) ?? 0, head }))
    .filter(({ after, head }) => head > after)
    .sort((one, other) => one.head - one.after - (other.head - other.after));
  const ranges: Range[] = [];
  let left = limit;
  behind.forEach(({ partition, after, head }, index) => {
    const share = Math.max(1, Math.floor(left / (behind.length - index)));
    const taken = Math.min(head - after, share);
    ranges.push([partition, after, after + taken]);
    left = Math.max(0, left - taken);
  });
  return ranges;
}

function column(ranges: readonly Range[], index: 0 | 1 | 2): string {
  return `{${ranges.map((range) => range[index]).join(',')}}`;
}
