import type { BookEvent } from '#domain';
import type { LogReader } from '../ports.js';

/** Books of one partition keep time each for itself, so that their events may be so far out of order. */
const APART_MS = 10_000;

/** A position before the first event of a partition that is not older than a time, found by halving. */
export async function positionAt(log: LogReader, partition: number, head: number, time: number): Promise<number> {
  let before = 0;
  let after = head;
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    const [entry] = await log.read(partition, middle - 1, middle);
    if (!entry) return 0;
    if ((JSON.parse(entry.payload.toString('utf8')) as BookEvent).time < time - APART_MS) before = middle;
    else after = middle;
  }
  return before;
}
