import type pg from 'pg';
import { readHeads } from '../log/read-log.js';
import { ask } from './reader.js';

export interface Lag {
  /** Events that the log holds and the read models do not. */
  positions_behind: number;
  /** Book time of the newest event minus that of the newest one taken in, of the partition that is furthest behind. */
  milliseconds_behind: number;
  /** Events that could not be taken in; each is named in `bursar_read.quarantine`. */
  quarantined: number;
  partitions: { partition: number; position: number; head: number }[];
}

/** How far the read models are behind the log at this moment, also when no projection runs. */
export async function readLag(views: pg.Pool, log: pg.Pool): Promise<Lag> {
  const checkpoints = await ask<{
    partition: number;
    position: string;
    event_time: string | null;
    quarantined: string;
  }>(
    views,
    `select partition, position, event_time, (select count(*) from bursar_read.quarantine) as quarantined
     from bursar_read.checkpoint order by partition`,
    [],
  );
  const heads = await readHeads(log);
  const lag: Lag = {
    positions_behind: 0,
    milliseconds_behind: 0,
    quarantined: Number(checkpoints[0]?.quarantined ?? 0),
    partitions: [],
  };
  const behind = checkpoints.flatMap((row) => {
    const head = heads.get(row.partition) ?? 0;
    if (head > 0) lag.partitions.push({ partition: row.partition, position: Number(row.position), head });
    return head > Number(row.position) ? [{ ...row, head }] : [];
  });
  if (behind.length === 0) return lag;
  const times = await eventTimes(
    log,
    behind.map(({ partition, head, position }) => ({ partition, head, position: Number(position) })),
  );
  for (const { partition, position, event_time, head } of behind) {
    const { newest, first_missing } = times.get(partition) ?? {};
    lag.positions_behind += head - Number(position);
    // Where nothing was taken in yet, from the first event that is missing.
    const reached = event_time === null ? first_missing : Number(event_time);
    if (newest !== undefined && reached !== undefined) {
      lag.milliseconds_behind = Math.max(lag.milliseconds_behind, newest - reached);
    }
  }
  return lag;
}

async function eventTimes(
  log: pg.Pool,
  behind: { partition: number; head: number; position: number }[],
): Promise<Map<number, { newest: number | undefined; first_missing: number | undefined }>> {
  const { rows } = await log.query<{ partition: number; newest: Buffer; first_missing: Buffer | null }>(
    `select b.partition, newest.payload as newest, first_missing.payload as first_missing
     from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as b(partition, head, position)
     join bursar.event newest on newest.partition = b.partition and newest.position = b.head
     left join bursar.event first_missing
       on first_missing.partition = b.partition and first_missing.position = b.position + 1`,
    [behind.map((row) => row.partition), behind.map((row) => row.head), behind.map((row) => row.position)],
  );
  return new Map(
    rows.map((row) => [row.partition, { newest: timeOf(row.newest), first_missing: timeOf(row.first_missing) }]),
  );
}

function timeOf(payload: Buffer | null): number | undefined {
  try {
    const { time } = JSON.parse(payload?.toString() ?? '') as { time?: unknown };
    return typeof time === 'number' ? time : undefined;
  } catch {
    return undefined;
  }
}
