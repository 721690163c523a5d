export interface NoteSweeperParts {
  store: { sweep(maximum: number): Promise<number> };
  alarm: (message: string, error: unknown) => void;
}

const SWEEP_EVERY_MS = 10 * 60_000;
const BATCH_MAXIMUM = 5_000;

/** Deletes notes whose retention has passed, now and then. Several at once do each other no harm. */
export class NoteSweeper {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly parts: NoteSweeperParts) {}

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
    void this.sweep();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** All that are due; the rest waits for the next time where the table cannot be reached. */
  async sweep(): Promise<void> {
    try {
      for (let deleted = BATCH_MAXIMUM; deleted === BATCH_MAXIMUM && !this.#stopped;)
        deleted = await this.parts.store.sweep(BATCH_MAXIMUM);
    } catch (error) {
      if (!this.#stopped) this.parts.alarm('expired notes could not be deleted', error);
    }
  }
}
