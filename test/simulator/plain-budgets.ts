import type { BookEvent } from '#domain';
import { check } from './check.js';
import type { PlainPayment, PlainSession } from './plain-records.js';

type SessionEvent = Extract<BookEvent, { type: `session.${string}` }>;

/** What the checks ask of the book around them. */
interface Surrounding {
  readonly sessions: Map<string, PlainSession>;
  readonly payments: ReadonlyMap<string, PlainPayment>;
}

/** The sessions of one org, and what their budgets have been used for: counted anew whenever it is asked. */
export class PlainBudgets {
  constructor(private readonly book: Surrounding) {}

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'session.opened': {
        const budget = BigInt(event.budget);
        if (event.mode === 'reserved') this.checkRoom(event.parent_session_id, budget);
        return void this.book.sessions.set(event.session_id, {
          id: event.session_id,
          parent: event.parent_session_id,
          budget,
          mode: event.mode,
          closed: false,
          expires_at: event.expires_at,
        });
      }
      case 'session.changed': {
        const session = this.get(event.session_id);
        check(!this.#isOver(session, event.time), 'B1: is changed after its time');
        if (event.budget !== undefined) session.budget = BigInt(event.budget);
        if (event.expires_at === null) session.expires_at = undefined;
        else if (event.expires_at !== undefined) session.expires_at = event.expires_at;
        if (session.mode === 'reserved')
          check(this.used(session.id) <= session.budget, 'is reserved below what is used');
        return;
      }
      case 'session.closed': {
        const session = this.get(event.session_id);
        check(!session.closed, 'is closed twice');
        session.closed = true;
        check(event.reason !== 'expired' || this.#isInsideOver(session, event.time), 'is closed before its time');
        return;
      }
    }
  }

  get(id: string): PlainSession {
    const session = this.book.sessions.get(id);
    if (!session) throw new Error(`there is no session ${id}`);
    return session;
  }

  /** Whoever pays in it pays in all above it, none of which may be closed or over. */
  checkOpen(leaf: string | undefined, now: number): void {
    for (let session = this.#above(leaf); session; session = this.#above(session.parent)) {
      check(!session.closed, `is inside ${session.id}, which is closed`);
      check(session.expires_at === undefined || now < session.expires_at, `is inside ${session.id}, which is over`);
    }
  }

  /** Up to the nearest reserved session, which was paid for above when it was carved out. */
  checkRoom(leaf: string | undefined, more: bigint): void {
    for (let session = this.#above(leaf); session; session = this.#above(session.parent)) {
      const used = this.used(session.id) + more;
      check(used <= session.budget, `A4: ${used} in ${session.id} passes its budget of ${session.budget}`);
      if (session.mode === 'reserved') return;
    }
  }

  /** What a session has used of its budget: its own payments, and what is below it or carved out for it. */
  used(sessionId: string): bigint {
    let used = 0n;
    for (const payment of this.book.payments.values())
      if (payment.session === sessionId) used += payment.captured - payment.refunded + payment.held;
    for (const child of this.book.sessions.values()) {
      if (child.parent !== sessionId) continue;
      used += child.mode === 'reserved' && !child.closed ? child.budget : this.used(child.id);
    }
    return used;
  }

  spentIn(sessionId: string): bigint {
    let spent = 0n;
    for (const payment of this.book.payments.values())
      if (payment.session === sessionId) spent += payment.captured - payment.refunded;
    for (const child of this.book.sessions.values()) if (child.parent === sessionId) spent += this.spentIn(child.id);
    return spent;
  }

  /** Reserved ones that keep what they carved out although their time is over. */
  overdue(now: number): PlainSession[] {
    return [...this.book.sessions.values()].filter((session) => !session.closed && this.#isOver(session, now));
  }

  #isOver({ mode, expires_at }: PlainSession, now: number): boolean {
    return mode === 'reserved' && expires_at !== undefined && now >= expires_at;
  }

  /** Those below one whose time is over are closed with it, and before it. */
  #isInsideOver(inner: PlainSession, now: number): boolean {
    for (let session: PlainSession | undefined = inner; session; session = this.#above(session.parent))
      if (this.#isOver(session, now)) return true;
    return false;
  }

  #above(sessionId: string | undefined): PlainSession | undefined {
    return sessionId === undefined ? undefined : this.book.sessions.get(sessionId);
  }
}
