import {
  isAskedAbout,
  isPaymentEvent,
  NO_TOTALS,
  sumOf,
  usageChange,
  type Book,
  type BookEvent,
  type Totals,
  type UsageQuestion,
} from '#domain';
import type { LogStore } from '#event-log';
import type { OwnedPartition } from './partition.js';
import { readEvent } from './read-event.js';

/** Events of one page: what reading them takes, a payment may have to wait for. */
const PAGE_EVENTS = 1_000;
/** Books of one partition keep time each for itself: an event of another may be older than what stands before it. */
const APART_MS = 10_000;

/**
 * What the payments of an agent, a session or the org that were authorized at or after a time come to: the figure from which
 * a limit that is added to a live scope starts (D5). The log is read backwards from where it ends when the reading begins;
 * what is committed from then on is added as it comes, so that between two cycles the figure is that of the whole log.
 */
export class UsageReading {
  /** The owner has lost the partition, or stops: nobody wants to know any more. */
  cancelled = false;
  /** Set when all is read: from then on the figure stands, and is kept for a while. */
  kept_from: number | undefined;
  /** Everything above this position has been counted; undefined before the reading begins. */
  #unread: number | undefined;
  /** What is named in the bytes of every event that is asked about. */
  #needle: Buffer | undefined;
  /** By the number of steps from the question's beginning to the authorization; one entry where the window does not roll. */
  readonly #sums = new Map<number, Totals>();

  constructor(
    readonly partition: OwnedPartition,
    readonly org: string,
    readonly question: UsageQuestion,
  ) {}

  get #book(): Book {
    return this.partition.book(this.org).base;
  }

  /** Whether this will tell what is asked; a rolling window may have moved on since the reading was wanted. */
  answers(partition: OwnedPartition, org: string, asked: UsageQuestion): boolean {
    const { scope, asset, service, payee, since, step_ms } = this.question;
    if (partition !== this.partition || org !== this.org) return false;
    if (scope.kind !== asked.scope.kind || scope.id !== asked.scope.id || asset !== asked.asset) return false;
    if (service !== asked.service || payee !== asked.payee) return false;
    if (since === asked.since) return true;
    return (
      step_ms !== undefined && step_ms === asked.step_ms && asked.since > since && (asked.since - since) % step_ms === 0
    );
  }

  figureSince(since: number): Totals {
    const first = this.#stepOf(since);
    let figure = NO_TOTALS;
    for (const [step, totals] of this.#sums) if (step >= first) figure = sumOf(figure, totals);
    return figure;
  }

  /** Counts what was committed after the reading began; what came before it is read. */
  committed(event: BookEvent): void {
    if (this.#unread !== undefined) this.#count(event);
  }

  /** Reads one more page; false when there is nothing left that could count. */
  async readPage(log: LogStore): Promise<boolean> {
    const upTo = (this.#unread ??= this.partition.head.position);
    const after = Math.max(0, upTo - PAGE_EVENTS);
    const page = await log.read(this.partition.partition, after, upTo);
    if (page.length !== upTo - after)
      throw new Error(`partition ${this.partition.partition} has ${page.length} events after ${after} up to ${upTo}`);
    const needle = (this.#needle ??= Buffer.from(namedInAll(this.#book, this.question, this.org)));
    for (const logged of page) if (logged.payload.includes(needle)) this.#count(readEvent(logged));
    this.#unread = after;
    return after > 0 && readEvent(page[0]!).time >= this.question.since - APART_MS;
  }

  #count(event: BookEvent): void {
    if (event.org !== this.org || !isPaymentEvent(event) || !isAskedAbout(this.#book, this.question, event)) return;
    const step = this.#stepOf(event.authorized_at);
    this.#sums.set(step, sumOf(this.#sums.get(step) ?? NO_TOTALS, usageChange(event)));
  }

  #stepOf(time: number): number {
    const { since, step_ms } = this.question;
    return step_ms === undefined ? 0 : Math.floor((time - since) / step_ms);
  }
}

/** What every event that is asked about has in its bytes, and few others: a look at them spares reading those. */
function namedInAll(book: Book, { scope, service, payee }: UsageQuestion, org: string): string {
  if (service !== undefined) return JSON.stringify(service);
  if (payee !== undefined) return payee;
  const isParent = (): boolean => [...book.agents.values()].some((agent) => agent.parent_id === scope.id);
  return scope.kind === 'agent' && !isParent() ? scope.id : org;
}
