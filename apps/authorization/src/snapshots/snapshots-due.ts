import { FOLD_VERSION, type LogStore } from '#event-log';
import type { OwnedPartition } from '../owner/partition.js';

/** Asks whether a partition has grown by this much since its newest snapshot; looks those up only for long partitions. */
export async function snapshotsDue(
  log: LogStore,
  partitions: Iterable<OwnedPartition>,
  events_minimum: number,
): Promise<boolean> {
  for (const { partition, head } of partitions) {
    if (head.position < events_minimum) continue;
    const latest = await log.snapshots.latest(partition, FOLD_VERSION);
    if (head.position - (latest?.position ?? 0) >= events_minimum) return true;
  }
  return false;
}
