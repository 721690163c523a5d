import { evolve } from '#domain';
import { READ_PAGE_MAXIMUM, type LoggedEvent, type LogStore } from '#event-log';
import { dueOfPayment, dueOfSession } from '../owner/due-timers.js';
import { readEvent } from '../owner/read-event.js';
import { OwnedPartition, type OwnedBook } from '../owner/partition.js';

/** The log has a hole: nothing may be decided on what is around it. */
export class LogHoleError extends Error {}

/** The log's port reads on two connections; while a third page is folded both can be busy. */
const PAGES_AHEAD = 3;

/**
 * Folds a partition from the log, from position 0 or from what `start` brings, up to its head. Reads pages ahead, so that
 * the database works while events are folded.
 *
 * @throws LogHoleError where an event is missing
 */
export async function loadPartition(
  log: LogStore,
  partition: number,
  epoch: number,
  between_pages: () => Promise<void> = async () => {},
  start?: OwnedPartition,
): Promise<OwnedPartition> {
  const head = await log.head(partition);
  const owned = start ?? new OwnedPartition(partition, epoch, head);
  const pageAfter = (position: number): Promise<LoggedEvent[]> => {
    const read = log.read(partition, position, Math.min(head.position, position + READ_PAGE_MAXIMUM));
    // Whoever waits for it is told; where nobody does any more, nobody has to be.
    read.catch(() => undefined);
    return read;
  };
  let after = start ? start.head.position : 0;
  let asked = after;
  const ahead: Promise<LoggedEvent[]>[] = [];
  let org = '';
  let book: OwnedBook | undefined;
  while (after < head.position) {
    for (; ahead.length < PAGES_AHEAD && asked < head.position; asked += READ_PAGE_MAXIMUM)
      ahead.push(pageAfter(asked));
    const events = await ahead.shift();
    const upTo = Math.min(head.position, after + READ_PAGE_MAXIMUM);
    for (const logged of events ?? []) {
      if (logged.position !== ++after) throw new LogHoleError(`partition ${partition} has no event at ${after}`);
      const event = readEvent(logged);
      // The next event is mostly of the same book, and comparing costs less than looking up.
      if (event.org !== org) {
        org = event.org;
        book = owned.book(org);
      }
      evolve(book!.base, event);
      owned.keep(org, book!);
    }
    await between_pages();
    if (after < upTo) throw new LogHoleError(`partition ${partition} has no event at ${after + 1}`);
  }
  owned.head = head;
  schedule(owned);
  return owned;
}

/** What is open and will be over some time by itself. */
function schedule(owned: OwnedPartition): void {
  for (const [org, { base }] of owned.books) {
    const note = (id: string, due: number | undefined): void => {
      if (due !== undefined) owned.timers.add(due, org, id);
    };
    for (const payment of base.payments.values()) note(payment.id, dueOfPayment(payment));
    for (const session of base.sessions.values()) note(session.id, dueOfSession(session));
  }
}
