import type { LogStore } from '#event-log';
import type { OwnedPartition } from './partition.js';

/** Which of these partitions are not, or cannot be shown to be, owned as they were when they were pinned. */
export async function lostAmong(
  { log, alarm }: { log: LogStore; alarm: (message: string, error: unknown) => void },
  pinned: ReadonlyMap<number, OwnedPartition>,
  partitions: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const epochs = new Map<number, number>();
  for (const partition of partitions) {
    const owned = pinned.get(partition);
    if (owned) epochs.set(partition, owned.epoch);
  }
  try {
    const held = await log.leases.confirm(epochs);
    return new Set([...partitions].filter((partition) => !held.has(partition)));
  } catch (error) {
    alarm('leases could not be read', error);
    return partitions;
  }
}
