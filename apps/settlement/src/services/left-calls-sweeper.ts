interface Parts {
  /** @returns how many there were. */
  finish: () => Promise<number>;
  /** Forgets calls whose retention has passed. @returns how many. */
  sweep: (maximum: number) => Promise<number>;
  alarm: (message: string, error: unknown) => void;
}

const EVERY_MS = 5_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEEP_MAXIMUM = 5_000;

/** Ends, now and then, what other processes have left, and forgets what has been kept long enough. Several at once do each other no harm. */
export class LeftCallsSweeper {
  #timers: NodeJS.Timeout[] = [];
  #finishing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Parts) {}

  start(): void {
    this.#timers = [
      setInterval(() => void (this.#finishing = this.finish()), EVERY_MS),
      setInterval(() => void this.#sweep(), SWEEP_EVERY_MS),
    ];
    this.#finishing = this.finish();
    void this.#sweep();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#finishing;
  }

  async finish(): Promise<void> {
    try {
      await this.parts.finish();
    } catch (error) {
      this.parts.alarm('Calls of services that were left could not be ended', error);
    }
  }

  async #sweep(): Promise<void> {
    try {
      while ((await this.parts.sweep(SWEEP_MAXIMUM)) === SWEEP_MAXIMUM);
    } catch (error) {
      this.parts.alarm('Calls of services could not be forgotten', error);
    }
  }
}
