import { isAskedAbout, isPaymentEvent, usageChange, type Book, type Totals, type UsageQuestion } from '#domain';
import { READ_PAGE_MAXIMUM, type LogStore } from '#event-log';
import { readEvent } from './read-event.js';
import type { OwnedPartition } from './partition.js';

/**
 * What the payments of an agent, a session or the org that were authorized at or after a time come to, by the log: the figure
 * from which a limit that is added to a live scope starts (D5). Reads backwards from the head until the events are older; a
 * rare, operator-made question.
 */
export async function loadUsage(
  log: LogStore,
  partition: OwnedPartition,
  org: string,
  question: UsageQuestion,
): Promise<Totals> {
  const totals: Totals = { spent: 0n, held: 0n, count: 0 };
  const book = partition.books.get(org)!.base;
  const needle = Buffer.from(namedInAll(book, question, org));
  for (let upTo = partition.head.position; upTo > 0; upTo -= READ_PAGE_MAXIMUM) {
    const page = await log.read(partition.partition, Math.max(0, upTo - READ_PAGE_MAXIMUM), upTo);
    for (const logged of page) {
      if (!logged.payload.includes(needle)) continue;
      const event = readEvent(logged);
      if (event.org !== org || !isPaymentEvent(event) || !isAskedAbout(book, question, event)) continue;
      const change = usageChange(event);
      totals.spent += change.spent;
      totals.held += change.held;
      totals.count += change.count;
    }
    const first = page[0];
    if (first && readEvent(first).time < question.since) break;
  }
  return totals;
}

/** What every event that is asked about has in its bytes, and few others: a look at them spares reading those. */
function namedInAll(book: Book, { scope, service, payee }: UsageQuestion, org: string): string {
  if (service !== undefined) return JSON.stringify(service);
  if (payee !== undefined) return payee;
  const isParent = (): boolean => [...book.agents.values()].some((agent) => agent.parent_id === scope.id);
  return scope.kind === 'agent' && !isParent() ? scope.id : org;
}
