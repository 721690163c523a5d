import type { OpenPayment, Session } from '#domain';

/** A hold, or a reserved session, whose time is over at `at`. */
export interface Due {
  at: number;
  org: string;
  /** Of the payment or the session. */
  id: string;
}

/** Holds and reserved sessions by the time they are due: a binary heap, since most end long before. */
export class DueTimers {
  readonly #heap: Due[] = [];

  get size(): number {
    return this.#heap.length;
  }

  nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  add(at: number, org: string, id: string): void {
    const heap = this.#heap;
    const entry = { at, org, id };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.at <= entry.at) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Takes what is due at `now`, at most `limit` of them. */
  takeDue(now: number, limit: number): Due[] {
    const due: Due[] = [];
    while (due.length < limit && this.#heap.length > 0 && this.#heap[0]!.at <= now) due.push(this.#takeFirst());
    return due;
  }

  #takeFirst(): Due {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/** One whose outcome is unknown waits for somebody to resolve it. */
export function dueOfPayment({ status, unknown_at, expires_at }: OpenPayment): number | undefined {
  if (status === 'outcome_unknown') return undefined;
  return status === 'dispatched' ? (unknown_at ?? expires_at) : expires_at;
}

/** Only what a reserved one keeps from those above it has to be given back. */
export function dueOfSession({ mode, closed, expires_at }: Session): number | undefined {
  return mode === 'reserved' && !closed ? expires_at : undefined;
}
