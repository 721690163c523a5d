import type { Work } from './work.js';

/** What waits for the next cycle: bounded, so that a flood is refused at the door and memory stays flat (D18, H4). */
export class Intake {
  #waiting: Work[] = [];

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#waiting.length;
  }

  get full(): boolean {
    return this.#waiting.length >= this.capacity;
  }

  add(work: Work): void {
    this.#waiting.push(work);
  }

  /** Work that a cycle could not finish goes before what came later. */
  putBack(works: readonly Work[]): void {
    this.#waiting = [...works, ...this.#waiting];
  }

  take(limit: number): Work[] {
    if (this.#waiting.length <= limit) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    const taken = this.#waiting.slice(0, limit);
    this.#waiting = this.#waiting.slice(limit);
    return taken;
  }

  /** Takes out all work of partitions that are no longer mine. */
  takeOut(partitions: ReadonlySet<number>): Work[] {
    const out = this.#waiting.filter((work) => partitions.has(work.partition));
    this.#waiting = this.#waiting.filter((work) => !partitions.has(work.partition));
    return out;
  }
}
