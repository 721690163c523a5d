import type { Note } from './note.js';

export interface NoteKeeperParts {
  store: { write(notes: readonly Note[]): Promise<void> };
  /** How long a first note waits for others to be written with. */
  gather_ms: number;
  alarm: (message: string, error: unknown) => void;
}

interface Waiting {
  note: Note;
  tries: number;
  settled: () => void;
}

/** Bounds what one statement writes, and what may wait (a few MB of texts): beyond that texts are let go, never payments. */
const BATCH_MAXIMUM = 500;
const WAITING_MAXIMUM = 10_000;
const TRIES_MAXIMUM = 5;
const PAUSE_AFTER_FAILURE_MS = 1_000;

/**
 * Writes notes behind the back of whoever hands them in, many in one statement. Payments are recorded before and never
 * wait: where the process dies or the table cannot be written for long, texts are lost and nothing else.
 */
export class NoteKeeper {
  readonly #parts: NoteKeeperParts;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(parts: NoteKeeperParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the note was written or a first try has failed; never rejects. */
  keep(note: Note): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#waiting.length >= WAITING_MAXIMUM) {
      this.#parts.alarm('a note is not kept: too many wait already', new Error(`${WAITING_MAXIMUM} notes wait`));
      return Promise.resolve();
    }
    return new Promise((settled) => {
      this.#waiting.push({ note, tries: 0, settled });
      if (!this.#writing) this.#wake(this.#parts.gather_ms);
    });
  }

  /** Writes what waits, as far as the table takes it at once. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let left = Infinity; this.#waiting.length > 0 && this.#waiting.length < left;) {
      left = this.#waiting.length;
      await this.#writeBatch();
    }
    for (const { settled } of this.#waiting.splice(0)) settled();
  }

  #wake(after_ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writeBatch().then((pause_ms) => {
        this.#writing = undefined;
        if (this.#waiting.length > 0) this.#wake(pause_ms);
      });
    }, after_ms);
  }

  /** @returns how long to wait before the next one. */
  async #writeBatch(): Promise<number> {
    const batch = this.#waiting.splice(0, BATCH_MAXIMUM);
    try {
      await this.#parts.store.write(batch.map(({ note }) => note));
      for (const { settled } of batch) settled();
      return 0;
    } catch (error) {
      this.#parts.alarm('notes could not be written', error);
      for (const { settled } of batch) settled();
      const again = batch.map((each) => ({ ...each, tries: each.tries + 1 }));
      this.#waiting.unshift(...again.filter(({ tries }) => tries < TRIES_MAXIMUM));
      return PAUSE_AFTER_FAILURE_MS;
    }
  }
}
