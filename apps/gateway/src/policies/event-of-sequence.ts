import type { BookEvent } from '#domain';
import type { LogEntry, LogReader } from '../ports.js';

const READ_AT_ONCE = 1_000;

export interface FoundEvent {
  event: BookEvent;
  position: number;
}

/**
 * The event of a book by its number in the book, found by halving over the positions of its partition. Other books lie in
 * between: what was found to hold none of this one's events is not read again.
 */
export async function eventOfSequence(
  log: LogReader,
  partition: number,
  org: string,
  sequence: number,
): Promise<FoundEvent | undefined> {
  const eventsOf = ownEvents(org);
  // No event stands before the position of its own number.
  let before = sequence - 1;
  let upTo = (await log.head(partition)).position;
  while (upTo - before > READ_AT_ONCE) {
    const middle = (before + upTo) >> 1;
    const next = await firstBehind(middle);
    if (next && next.event.sequence <= sequence) before = next.position - 1;
    else upTo = middle;
    if (next?.event.sequence === sequence) return next;
  }
  if (before >= upTo) return undefined;
  for (const found of eventsOf(await log.read(partition, before, upTo)))
    if (found.event.sequence === sequence) return found;
  return undefined;

  async function firstBehind(after: number): Promise<FoundEvent | undefined> {
    for (let read = after; read < upTo;) {
      const entries = await log.read(partition, read, Math.min(upTo, read + READ_AT_ONCE));
      for (const found of eventsOf(entries)) return found;
      const last = entries.at(-1);
      if (!last) return undefined;
      read = last.position;
    }
    return undefined;
  }
}

/** A look at the bytes spares reading most events of others; a label could have the same bytes. */
function ownEvents(org: string): (entries: readonly LogEntry[]) => Generator<FoundEvent> {
  const needle = Buffer.from(`"org":"${org}"`);
  return function* (entries) {
    for (const { payload, position } of entries) {
      if (!payload.includes(needle)) continue;
      const event = JSON.parse(payload.toString('utf8')) as BookEvent;
      if (event.org === org) yield { event, position };
    }
  };
}
