import { HeadBehindError } from '../errors.js';
import type { LogHead, LogStore } from '../store.js';

/** The highest position that was once seen of a partition, and where. */
export interface Mark {
  position: number;
  seen: 'checkpoint' | 'watermark';
}

/** By partition; those of which nothing was seen are absent. */
export async function highestMarks(log: Pick<LogStore, 'checkpoints' | 'watermarks'>): Promise<Map<number, Mark>> {
  const [checkpoints, watermarks] = await Promise.all([log.checkpoints.highest(), log.watermarks.read()]);
  const marks = new Map<number, Mark>();
  for (const [partition, { position }] of checkpoints) marks.set(partition, { position, seen: 'checkpoint' });
  for (const [partition, position] of watermarks) {
    if (position > (marks.get(partition)?.position ?? 0)) marks.set(partition, { position, seen: 'watermark' });
  }
  return marks;
}

/**
 * Refuses a log that was cut off or replaced (D1): an owner calls it with the partitions it has claimed, before it decides.
 * @returns the heads.
 * @throws HeadBehindError
 */
export async function assertHeadsStand(log: LogStore, partitions: Iterable<number>): Promise<Map<number, LogHead>> {
  const marks = await highestMarks(log);
  const checkpoints = await log.checkpoints.highest();
  const heads = new Map<number, LogHead>();
  for (const partition of partitions) {
    const head = await log.head(partition);
    const mark = marks.get(partition);
    if (mark && head.position < mark.position) {
      throw new HeadBehindError(
        partition,
        `the log ends at ${head.position}, but a ${mark.seen} has seen ${mark.position}`,
      );
    }
    const checkpoint = checkpoints.get(partition);
    if (checkpoint) {
      const [event] = await log.read(partition, checkpoint.position - 1, checkpoint.position);
      if (!event?.hash.equals(checkpoint.hash)) {
        throw new HeadBehindError(
          partition,
          `position ${checkpoint.position} is not the event that the checkpoint saw`,
        );
      }
    }
    heads.set(partition, head);
  }
  return heads;
}

/** Remembers a partition's head as it stands in the log now; nothing where it is empty. */
export async function writeCheckpoint(log: LogStore, partition: number): Promise<LogHead> {
  const head = await log.head(partition);
  if (head.position > 0) await log.checkpoints.write({ partition, ...head });
  return head;
}
