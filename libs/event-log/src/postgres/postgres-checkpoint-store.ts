import { sql, type Kysely } from 'kysely';
import type { Checkpoint, CheckpointStore } from '../checkpoints.js';
import type { EventLogTables } from './tables.js';

const LIST_MAXIMUM = 10_000;

export class PostgresCheckpointStore implements CheckpointStore {
  constructor(private readonly database: Kysely<EventLogTables>) {}

  async write({ partition, position, hash }: Checkpoint): Promise<void> {
    await this.database
      .insertInto('bursar.checkpoint')
      .values({ partition, position, hash })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async highest(): Promise<Map<number, Checkpoint>> {
    // One index probe per partition: the table grows for ever.
    const { rows } = await sql<Checkpoint>`
      select newest.partition, newest.position, newest.hash
      from bursar.lease cross join lateral (
        select partition, position, hash from bursar.checkpoint
        where checkpoint.partition = lease.partition order by position desc limit 1
      ) as newest`.execute(this.database);
    return new Map(rows.map((row) => [row.partition, row]));
  }

  async list(partition: number, after: number): Promise<Checkpoint[]> {
    return this.database
      .selectFrom('bursar.checkpoint')
      .select(['partition', 'position', 'hash'])
      .where('partition', '=', partition)
      .where('position', '>', after)
      .orderBy('position')
      .limit(LIST_MAXIMUM)
      .execute();
  }
}
