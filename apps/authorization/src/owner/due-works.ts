import type { LapsePayment, LapseSession } from '#domain';
import type { IdSource } from '../ports.js';
import type { Due } from './due-timers.js';
import type { OwnedPartition } from './partition.js';
import type { Work } from './work.js';

/** Most holds and sessions of a partition that lapse in one cycle. */
const LAPSES_MAXIMUM = 1_000;

/** What the owner itself has to do before anything else: let the holds and reserved sessions lapse whose time has come. */
export function dueWorks(partitions: ReadonlyMap<number, OwnedPartition>, now: number, ids: IdSource): Work[] {
  const works: Work[] = [];
  for (const partition of partitions.values())
    for (const due of partition.timers.takeDue(now, LAPSES_MAXIMUM))
      works.push(work(partition.partition, due, now, ids.freshId(), () => partitions.get(partition.partition)));
  return works;
}

function work(
  partition: number,
  due: Due,
  now: number,
  fresh_id: string,
  current: () => OwnedPartition | undefined,
): Work {
  return {
    partition,
    arrived_at: now,
    request: lapse(due, fresh_id),
    answer: (answer) => {
      // Not written this time: it stays due.
      if (answer.kind === 'unavailable') current()?.timers.add(due.at, due.org, due.id);
    },
  };
}

function lapse({ org, id }: Due, fresh_id: string): LapsePayment | LapseSession {
  const header = { org, fresh_id, credential: { subject: 'owner', proven_by: 'owner' } } as const;
  if (id.startsWith('ses_')) return { type: 'session.lapse', session_id: id, ...header };
  return { type: 'payment.lapse', payment_id: id, ...header };
}
