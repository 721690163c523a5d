import type { IdSource } from '../ports.js';
import type { DueHold } from './hold-timers.js';
import type { OwnedPartition } from './partition.js';
import type { Work } from './work.js';

/** Most holds of a partition that lapse in one cycle. */
const LAPSES_MAXIMUM = 1_000;

/** What the owner itself has to do before anything else: let the holds lapse whose time has come. */
export function dueHolds(partitions: ReadonlyMap<number, OwnedPartition>, now: number, ids: IdSource): Work[] {
  const works: Work[] = [];
  for (const partition of partitions.values())
    for (const due of partition.timers.takeDue(now, LAPSES_MAXIMUM))
      works.push(lapse(partition.partition, due, now, ids.freshId(), () => partitions.get(partition.partition)));
  return works;
}

function lapse(
  partition: number,
  due: DueHold,
  now: number,
  fresh_id: string,
  current: () => OwnedPartition | undefined,
): Work {
  return {
    partition,
    arrived_at: now,
    request: {
      type: 'payment.lapse',
      org: due.org,
      payment_id: due.payment_id,
      credential: { subject: 'owner', proven_by: 'owner' },
      fresh_id,
    },
    answer: (answer) => {
      // Not written this time: it stays due.
      if (answer.kind === 'unavailable') current()?.timers.add(due.at, due.org, due.payment_id);
    },
  };
}
