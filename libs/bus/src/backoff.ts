/** Waits between attempts that double from `first_ms` up to `longest_ms`, with up to a fifth of jitter. */
export class Backoff {
  #next_ms: number;

  constructor(
    private readonly first_ms = 200,
    private readonly longest_ms = 30_000,
  ) {
    this.#next_ms = first_ms;
  }

  /** The wait before the next attempt, in milliseconds. */
  next(): number {
    const wait_ms = this.#next_ms;
    this.#next_ms = Math.min(this.longest_ms, wait_ms * 2);
    return Math.round(wait_ms * (1 + Math.random() * 0.2));
  }

  /** To be called after a success. */
  reset(): void {
    this.#next_ms = this.first_ms;
  }
}
