/** A token bucket per agent, which stands before the book (D18). */
export class AgentRate {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    readonly per_second: number,
    readonly burst: number,
  ) {}

  /** Takes one token; answers 0, or after how many milliseconds there will be one. */
  take(org: string, agent: string, now: number): number {
    const name = `${org} ${agent}`;
    const bucket = this.#buckets.get(name);
    if (!bucket) {
      if (this.#buckets.size >= 100_000) this.#forgetFull(now);
      this.#buckets.set(name, { tokens: this.burst - 1, at: now });
      return 0;
    }
    const elapsed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(this.burst, bucket.tokens + (elapsed * this.per_second) / 1000);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / this.per_second);
    bucket.tokens -= 1;
    return 0;
  }

  /** A bucket that would be full by now tells nothing. */
  #forgetFull(now: number): void {
    const fills_in_ms = (this.burst / this.per_second) * 1000;
    for (const [name, bucket] of this.#buckets) if (now - bucket.at >= fills_in_ms) this.#buckets.delete(name);
  }
}
