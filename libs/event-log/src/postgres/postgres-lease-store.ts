import { sql, type Kysely, type RawBuilder } from 'kysely';
import type pg from 'pg';
import type { Lease, LeaseStore } from '../store.js';
import { numberArray } from './array-literal.js';
import { numberOf, rawRows, type RawRow } from './raw-rows.js';

interface LeaseRow {
  partition: number;
  epoch: number;
}

/** Asked whenever nothing but questions was decided, so it is prepared: parsed and planned anew it cost four times as much. */
const CONFIRM = `
select lease.partition::text
from unnest($1::int2[], $2::int8[]) as sent (partition, epoch)
join bursar.lease on lease.partition = sent.partition and lease.epoch = sent.epoch
where lease.expires_at > clock_timestamp()`;

/** Rows are always locked in order of partition, as the append does: that is what keeps these statements from deadlocking. */
export class PostgresLeaseStore implements LeaseStore {
  /** Both over the same connections. */
  constructor(
    private readonly database: Kysely<unknown>,
    private readonly pool: pg.Pool,
  ) {}

  async claim(owner: string, partitions: readonly number[], lease_ms: number): Promise<Map<number, number>> {
    if (owner === '') throw new Error('an owner needs a name');
    const { rows } = await sql<LeaseRow>`
      with free as materialized (
        select partition from bursar.lease
        where partition = any(${[...partitions]}::int2[]) and expires_at <= clock_timestamp()
        order by partition for update
      )
      update bursar.lease set owner = ${owner}, epoch = lease.epoch + 1, expires_at = ${until(lease_ms)}
      from free where lease.partition = free.partition
      returning lease.partition, lease.epoch`.execute(this.database);
    return epochsOf(rows);
  }

  async renew(owner: string, epochs: ReadonlyMap<number, number>, lease_ms: number): Promise<Set<number>> {
    const { rows } = await sql<LeaseRow>`
      ${mine(owner, epochs)}
      update bursar.lease set expires_at = ${until(lease_ms)}
      from mine where lease.partition = mine.partition
      returning lease.partition, lease.epoch`.execute(this.database);
    return new Set(rows.map((row) => row.partition));
  }

  async raise(owner: string, epochs: ReadonlyMap<number, number>): Promise<Map<number, number>> {
    const { rows } = await sql<LeaseRow>`
      ${mine(owner, epochs)}
      update bursar.lease set epoch = lease.epoch + 1
      from mine where lease.partition = mine.partition
      returning lease.partition, lease.epoch`.execute(this.database);
    return epochsOf(rows);
  }

  async release(owner: string, epochs: ReadonlyMap<number, number>): Promise<void> {
    await sql`
      ${mine(owner, epochs)}
      update bursar.lease set owner = '', epoch = lease.epoch + 1, expires_at = 'epoch'
      from mine where lease.partition = mine.partition`.execute(this.database);
  }

  async confirm(epochs: ReadonlyMap<number, number>): Promise<Set<number>> {
    const sent = [numberArray([...epochs.keys()]), numberArray([...epochs.values()])];
    const { rows } = await this.pool.query<RawRow>(rawRows('bursar-confirm', CONFIRM, sent));
    return new Set(rows.map(([partition]) => numberOf(partition)));
  }

  async list(): Promise<Lease[]> {
    const { rows } = await sql<Lease>`
      select partition, owner, epoch, (extract(epoch from expires_at) * 1000)::int8 as expires_at
      from bursar.lease order by partition`.execute(this.database);
    return rows;
  }
}

function mine(owner: string, epochs: ReadonlyMap<number, number>): RawBuilder<unknown> {
  return sql`with mine as materialized (
    select lease.partition
    from ${sent(epochs)} join bursar.lease on lease.partition = sent.partition and lease.epoch = sent.epoch
    where lease.owner = ${owner}
    order by lease.partition for update of lease
  )`;
}

function sent(epochs: ReadonlyMap<number, number>): RawBuilder<unknown> {
  return sql`unnest(${[...epochs.keys()]}::int2[], ${[...epochs.values()]}::int8[]) as sent (partition, epoch)`;
}

/** Counted from when the row is written, not from when the statement began to wait for it. */
function until(lease_ms: number): RawBuilder<unknown> {
  return sql`clock_timestamp() + make_interval(secs => ${lease_ms}::float8 / 1000)`;
}

function epochsOf(rows: readonly LeaseRow[]): Map<number, number> {
  return new Map(rows.map((row) => [row.partition, row.epoch]));
}
