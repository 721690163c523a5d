import { PARTITION_COUNT } from '#contracts';
import { FOLD_VERSION, type LogStore } from '#event-log';
import { loadFromSnapshot } from './load-from-snapshot.js';
import { snapshotChunks } from './snapshot-content.js';
import { unhurried } from './unhurried.js';

/** What was made of a partition. */
export interface MadeSnapshot {
  partition: number;
  position: number;
}

/**
 * Makes a snapshot, and a checkpoint, of every partition whose log has grown by at least `events_minimum` since its last
 * one. Folds by itself from the log: the owner is not asked and not stopped; and rests in between, since the database serves both.
 */
export async function makeSnapshots(log: LogStore, events_minimum: number): Promise<MadeSnapshot[]> {
  const made: MadeSnapshot[] = [];
  for (let partition = 0; partition < PARTITION_COUNT; partition++) {
    const head = await log.head(partition);
    const latest = await log.snapshots.latest(partition, FOLD_VERSION);
    if (head.position - (latest?.position ?? 0) < Math.max(1, events_minimum)) continue;
    const folded = await loadFromSnapshot(log, partition, 0, { between_pages: unhurried() });
    const { position, hash } = folded.head;
    const header = { partition, position, chain_hash: hash, fold_version: FOLD_VERSION };
    await log.snapshots.write(header, snapshotChunks(folded));
    await log.checkpoints.write({ partition, position, hash });
    made.push({ partition, position });
  }
  return made;
}
