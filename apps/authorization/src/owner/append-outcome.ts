import type { AppendRecord, LogStore } from '#event-log';
import type { OwnedPartition } from './partition.js';

export interface AppendOutcome {
  written: boolean;
  /** Partitions that are another's by now. */
  lost: readonly number[];
}

export interface AppendQuestion {
  log: LogStore;
  owner_name: string;
  pinned: ReadonlyMap<number, OwnedPartition>;
  epochs: ReadonlyMap<number, number>;
  /** The last record of the append. */
  last: AppendRecord;
  /** Told the epochs under which partitions are mine from now on, whether or not the log can be read afterwards. */
  raised: (epochs: ReadonlyMap<number, number>) => void;
}

/**
 * Whether an append of unknown outcome is in the log (D2). Raising the own epochs waits out the stray transaction; after that
 * nothing can change, since an epoch that is not mine to raise has moved on already. The hash tells the last record from one
 * that another owner has written at its position since.
 */
export async function readAppendOutcome(question: AppendQuestion): Promise<AppendOutcome> {
  const { log, owner_name, pinned, epochs, last } = question;
  const raising = [...epochs.keys()].map((partition) => pinned.get(partition)!);
  for (const partition of raising) partition.raising = true;
  try {
    const raised = await log.leases.raise(owner_name, epochs);
    for (const [partition, epoch] of raised) pinned.get(partition)!.epoch = epoch;
    question.raised(raised);
    const [logged] = await log.read(last.partition, last.position - 1, last.position);
    return {
      written: logged !== undefined && logged.hash.equals(last.hash),
      lost: [...epochs.keys()].filter((partition) => !raised.has(partition)),
    };
  } finally {
    for (const partition of raising) partition.raising = false;
  }
}
