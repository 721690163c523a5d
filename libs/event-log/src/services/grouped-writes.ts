import pg from 'pg';

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export interface GroupedWritesOptions<Item, Result> {
  /** Writes all in one statement, and says what became of each, in their order. */
  write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** How many go into one statement. Default 100. */
  items_maximum?: number;
}

/**
 * Writes that come while another is under way go together in the next statement: a commit and the exchange with the server cost about as
 * much for many rows as for one. A statement of several that the server refuses is undone, so each is then written alone, and one that
 * cannot be written harms no other. Where nobody can say what was committed, all are told so.
 */
export class GroupedWrites<Item, Result> {
  readonly #write: GroupedWritesOptions<Item, Result>['write'];
  readonly #items_maximum: number;
  readonly #waiting: Waiting<Item, Result>[] = [];
  #isWriting = false;

  constructor({ write, items_maximum = 100 }: GroupedWritesOptions<Item, Result>) {
    this.#write = write;
    this.#items_maximum = items_maximum;
  }

  /** Resolves when it is committed; rejects where it is not, or where nobody can say that it is. */
  put(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      // What this turn of the event loop brings besides goes along.
      setImmediate(() => void this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.splice(0, this.#items_maximum));
    this.#isWriting = false;
  }

  async #writeGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#write(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      if (group.length > 1 && error instanceof pg.DatabaseError) for (const one of group) await this.#writeGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}
