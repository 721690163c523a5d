interface Store {
  ended(payment_ids: readonly string[]): Promise<void>;
  drop(payment_ids: readonly string[]): Promise<void>;
}

const GATHER_MS = 50;

/**
 * Says behind the answers that calls have ended, or were never made, many in one statement. What is lost with the process, or while
 * the table cannot be written, the sweep of unfinished calls finds again.
 */
export class EndedCalls {
  readonly #ended: string[] = [];
  readonly #dropped: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: { store: Store; alarm: (error: unknown) => void }) {}

  end(payment_id: string): void {
    this.#ended.push(payment_id);
    this.#soon();
  }

  drop(payment_id: string): void {
    this.#dropped.push(payment_id);
    this.#soon();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  #write(): void {
    this.#timer = undefined;
    const [ended, dropped] = [this.#ended.splice(0), this.#dropped.splice(0)];
    this.#writing = this.#writing.then(async () => {
      try {
        if (ended.length > 0) await this.parts.store.ended(ended);
        if (dropped.length > 0) await this.parts.store.drop(dropped);
      } catch (error) {
        this.parts.alarm(error);
      }
    });
  }
}
