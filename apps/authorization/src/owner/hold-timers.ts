/** A hold that is due at a time. */
export interface DueHold {
  at: number;
  org: string;
  payment_id: string;
}

/** Holds by the time they are due: a binary heap, since most end long before. */
export class HoldTimers {
  readonly #heap: DueHold[] = [];

  get size(): number {
    return this.#heap.length;
  }

  nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  add(at: number, org: string, paymentId: string): void {
    const heap = this.#heap;
    const entry = { at, org, payment_id: paymentId };
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
  takeDue(now: number, limit: number): DueHold[] {
    const due: DueHold[] = [];
    while (due.length < limit && this.#heap.length > 0 && this.#heap[0]!.at <= now) due.push(this.#takeFirst());
    return due;
  }

  #takeFirst(): DueHold {
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
