import { NoteKeeper, NoteSweeper, PostgresNoteStore, type Note, type NoteKind } from '#event-log';
import type { Notes } from '../ports.js';

/** A caller that has its answer finds its note, unless the table keeps it waiting for longer than this. */
const PATIENCE_MS = 500;

/** The notes in PostgreSQL, with the sweep of those whose time has passed. */
export class KeptNotes implements Notes {
  readonly #store: PostgresNoteStore;
  readonly #keeper: NoteKeeper;
  readonly #sweeper: NoteSweeper;
  readonly #alarm: (message: string, error: unknown) => void;

  constructor(parts: { url: string; retention_days: number; alarm: (message: string, error: unknown) => void }) {
    const { alarm } = parts;
    this.#alarm = alarm;
    this.#store = new PostgresNoteStore(parts);
    this.#keeper = new NoteKeeper({ store: this.#store, gather_ms: 0, alarm });
    this.#sweeper = new NoteSweeper({ store: this.#store, alarm });
    this.#sweeper.start();
  }

  keep(note: Note): Promise<void> {
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, PATIENCE_MS);
      void this.#keeper.keep(note).then(() => {
        clearTimeout(patience);
        resolve();
      });
    });
  }

  /** Where the table cannot be read there is no note: what the book says of payment or session is answered all the same. */
  async read(
    kind: NoteKind,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, { text: string; salt: string }>> {
    try {
      return await this.#store.read(kind, subjects);
    } catch (error) {
      this.#alarm('notes could not be read', error);
      return new Map();
    }
  }

  async close(): Promise<void> {
    this.#sweeper.stop();
    await this.#keeper.close();
    await this.#store.close();
  }
}
