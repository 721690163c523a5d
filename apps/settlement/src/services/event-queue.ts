/** Texts on their way to one reader, who may come late, be slow or go away: whoever writes never waits for it. */
export class EventQueue implements AsyncIterable<string> {
  readonly #waiting: string[] = [];
  #hasEnded = false;
  #isLeft = false;
  #wake: () => void = () => undefined;
  #open: () => void = () => undefined;
  /** Resolves with the first text, or with `begin`. */
  readonly begun = new Promise<void>((resolve) => (this.#open = resolve));

  /** There will be texts, though the first is not there yet. */
  begin(): void {
    this.#open();
  }

  push(text: string): void {
    if (this.#isLeft || text === '') return;
    this.#waiting.push(text);
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        const text = this.#waiting.splice(0).join('');
        if (text !== '') yield text;
        else if (this.#hasEnded) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#isLeft = true;
      this.#waiting.length = 0;
    }
  }
}
