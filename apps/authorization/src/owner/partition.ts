import { Book, BookOverlay, type BookEvent } from '#domain';
import type { LogHead } from '#event-log';
import { DueTimers } from './due-timers.js';

/** A book with the changes of the cycle that is running above it. */
export interface OwnedBook {
  readonly base: Book;
  readonly overlay: BookOverlay;
}

/** One partition as its owner keeps it: its books, the log's head, and what is due when. */
export class OwnedPartition {
  readonly books = new Map<string, OwnedBook>();
  readonly timers = new DueTimers();
  /** Head of the log as committed. */
  head: LogHead;
  /** The owner is raising the epoch right now: that a lease does not stand at the known one means nothing. */
  raising = false;

  constructor(
    readonly partition: number,
    public epoch: number,
    head: LogHead,
  ) {
    this.head = head;
  }

  book(org: string): OwnedBook {
    const known = this.books.get(org);
    if (known) return known;
    const base = new Book();
    return { base, overlay: new BookOverlay(base) };
  }

  /** Keeps a book that its first event has opened; books of orgs that do not exist are not kept. */
  keep(org: string, book: OwnedBook): void {
    if (!this.books.has(org)) this.books.set(org, book);
  }

  /** Notes when holds and sessions are due; an older note, or one of a shared session, does no harm: lapsing checks again. */
  schedule(event: BookEvent): void {
    if (event.type === 'payment.authorized')
      this.timers.add(event.unknown_at ?? event.expires_at, event.org, event.payment_id);
    else if (event.type === 'payment.pending_approval') this.timers.add(event.expires_at, event.org, event.payment_id);
    else if (event.type === 'payment.approved' && event.expires_at !== undefined)
      this.timers.add(event.expires_at, event.org, event.payment_id);
    else if (event.type === 'payment.dispatched') this.timers.add(event.unknown_at, event.org, event.payment_id);
    else if (event.type === 'session.opened' || event.type === 'session.changed')
      if (typeof event.expires_at === 'number') this.timers.add(event.expires_at, event.org, event.session_id);
  }
}
