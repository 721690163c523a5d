import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { SnapshotDamagedError } from '../errors.js';
import type { SnapshotHeader, SnapshotStore } from '../snapshots.js';
import type { EventLogTables } from './tables.js';

const SNAPSHOTS_KEPT = 2;

export class PostgresSnapshotStore implements SnapshotStore {
  constructor(private readonly database: Kysely<EventLogTables>) {}

  async write(
    header: Omit<SnapshotHeader, 'state_hash'>,
    chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  ): Promise<SnapshotHeader> {
    // One statement per chunk and none held open between them: writing a large state takes a while, and an open
    // transaction would keep old row versions alive everywhere.
    const { snapshot_id } = await this.database
      .insertInto('bursar.snapshot')
      .values(header)
      .returning('snapshot_id')
      .executeTakeFirstOrThrow();
    const hash = createHash('sha256');
    let number = 0;
    for await (const content of chunks) {
      hash.update(content);
      await this.database.insertInto('bursar.snapshot_chunk').values({ snapshot_id, number, content }).execute();
      number++;
    }
    const state_hash = hash.digest();
    await this.database
      .updateTable('bursar.snapshot')
      .set({ state_hash, complete: true })
      .where('snapshot_id', '=', snapshot_id)
      .execute();
    await this.#dropOlder(header.partition, snapshot_id);
    return { ...header, state_hash };
  }

  async latest(
    partition: number,
    fold_version: number,
    upTo = Number.MAX_SAFE_INTEGER,
  ): Promise<SnapshotHeader | undefined> {
    const row = await this.#find(partition, fold_version, upTo);
    return (
      row && {
        partition,
        fold_version,
        position: row.position,
        chain_hash: row.chain_hash,
        state_hash: row.state_hash!,
      }
    );
  }

  async *chunks(header: SnapshotHeader): AsyncIterable<Buffer> {
    const row = await this.#find(header.partition, header.fold_version, header.position);
    const hash = createHash('sha256');
    for (let number = 0; row?.position === header.position; number++) {
      const chunk = await this.database
        .selectFrom('bursar.snapshot_chunk')
        .select('content')
        .where('snapshot_id', '=', row.snapshot_id)
        .where('number', '=', number)
        .executeTakeFirst();
      if (!chunk) break;
      hash.update(chunk.content);
      yield chunk.content;
    }
    if (!hash.digest().equals(header.state_hash)) {
      throw new SnapshotDamagedError(
        `the snapshot of partition ${header.partition} at position ${header.position} does not have its state hash`,
      );
    }
  }

  #find(partition: number, fold_version: number, upTo: number) {
    return this.database
      .selectFrom('bursar.snapshot')
      .select(['snapshot_id', 'position', 'chain_hash', 'state_hash'])
      .where('partition', '=', partition)
      .where('fold_version', '=', fold_version)
      .where('complete', '=', true)
      .where('position', '<=', upTo)
      .orderBy('position', 'desc')
      .orderBy('snapshot_id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Keeps the newest complete ones of each fold version; drops half-written ones that were begun before this one. */
  async #dropOlder(partition: number, newest_id: number): Promise<void> {
    const rows = await this.database
      .selectFrom('bursar.snapshot')
      .select(['snapshot_id', 'complete', 'fold_version'])
      .where('partition', '=', partition)
      .where('snapshot_id', '<=', newest_id)
      .orderBy('position', 'desc')
      .orderBy('snapshot_id', 'desc')
      .execute();
    const kept = new Map<number, number>();
    const dropped = rows.filter((row) => {
      if (!row.complete) return true;
      const count = (kept.get(row.fold_version) ?? 0) + 1;
      kept.set(row.fold_version, count);
      return count > SNAPSHOTS_KEPT;
    });
    if (dropped.length === 0) return;
    await this.database
      .deleteFrom('bursar.snapshot')
      .where(
        'snapshot_id',
        'in',
        dropped.map((row) => row.snapshot_id),
      )
      .execute();
  }
}
