/** The book's collections, seen the same way by `decide` and `evolve` whether they stand on the book or on an overlay. */
export interface Table<Value> {
  get(id: string): Value | undefined;
  set(id: string, value: Value): void;
  delete(id: string): void;
  values(): IterableIterator<Value>;
}

export class BaseTable<Value> implements Table<Value> {
  readonly #entries = new Map<string, Value>();

  get(id: string): Value | undefined {
    return this.#entries.get(id);
  }
  set(id: string, value: Value): void {
    this.#entries.set(id, value);
  }
  delete(id: string): void {
    this.#entries.delete(id);
  }
  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
  entries(): IterableIterator<[string, Value]> {
    return this.#entries.entries();
  }
  get size(): number {
    return this.#entries.size;
  }
}

/** Changes above a table that are kept apart until their events are in the log; values themselves are never changed. */
export class OverlayTable<Value> implements Table<Value> {
  readonly #base: Table<Value>;
  readonly #changes = new Map<string, Value | undefined>();

  constructor(base: Table<Value>) {
    this.#base = base;
  }
  get(id: string): Value | undefined {
    return this.#changes.has(id) ? this.#changes.get(id) : this.#base.get(id);
  }
  set(id: string, value: Value): void {
    this.#changes.set(id, value);
  }
  delete(id: string): void {
    this.#changes.set(id, undefined);
  }
  *values(): IterableIterator<Value> {
    for (const value of this.#changes.values()) if (value !== undefined) yield value;
    if (this.#changes.size === 0) return yield* this.#base.values();
    for (const [id, value] of this.#baseEntries()) if (!this.#changes.has(id)) yield value;
  }
  *#baseEntries(): IterableIterator<[string, Value]> {
    for (const value of this.#base.values()) yield [(value as { id: string }).id, value];
  }
  merge(): void {
    for (const [id, value] of this.#changes) {
      if (value === undefined) this.#base.delete(id);
      else this.#base.set(id, value);
    }
    this.#changes.clear();
  }
  discard(): void {
    this.#changes.clear();
  }
}
