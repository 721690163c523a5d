import { PassingMap } from './passing-map.js';

/** The book's collections, seen the same way by `decide` and `evolve` whether they stand on the book or on an overlay. */
export interface Table<Value extends object> {
  /** To look at, not to change. */
  get(id: string): Value | undefined;
  /** To change in place: an entry belongs to one table alone, so an overlay answers with a copy of its own. */
  edit(id: string): Value | undefined;
  set(id: string, value: Value): void;
  delete(id: string): void;
  values(): IterableIterator<Value>;
  entries(): IterableIterator<[string, Value]>;
}

export class BaseTable<Value extends object> implements Table<Value> {
  readonly #entries = new PassingMap<string, Value>();

  get(id: string): Value | undefined {
    return this.#entries.get(id);
  }
  edit(id: string): Value | undefined {
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

const DELETED = Symbol('deleted');

/** Changes above a table that are kept apart until their events are in the log; what lies below is never changed. */
export class OverlayTable<Value extends object> implements Table<Value> {
  readonly #base: Table<Value>;
  readonly #copy: (value: Value) => Value;
  readonly #changes = new PassingMap<string, Value | typeof DELETED>();

  /** `copy` copies an entity with everything below it that `evolve` changes in place. */
  constructor(base: Table<Value>, copy: (value: Value) => Value) {
    this.#base = base;
    this.#copy = copy;
  }
  get(id: string): Value | undefined {
    const changed = this.#changes.get(id);
    if (changed === undefined) return this.#base.get(id);
    return changed === DELETED ? undefined : changed;
  }
  edit(id: string): Value | undefined {
    const changed = this.#changes.get(id);
    if (changed !== undefined) return changed === DELETED ? undefined : changed;
    const below = this.#base.get(id);
    if (below === undefined) return undefined;
    const own = this.#copy(below);
    this.#changes.set(id, own);
    return own;
  }
  set(id: string, value: Value): void {
    this.#changes.set(id, value);
  }
  delete(id: string): void {
    this.#changes.set(id, DELETED);
  }
  *values(): IterableIterator<Value> {
    for (const changed of this.#changes.values()) if (changed !== DELETED) yield changed;
    for (const [id, value] of this.#base.entries()) if (!this.#changes.has(id)) yield value;
  }
  *entries(): IterableIterator<[string, Value]> {
    for (const [id, changed] of this.#changes.entries()) if (changed !== DELETED) yield [id, changed];
    for (const entry of this.#base.entries()) if (!this.#changes.has(entry[0])) yield entry;
  }
  merge(): void {
    for (const [id, changed] of this.#changes.entries()) {
      if (changed === DELETED) this.#base.delete(id);
      else this.#base.set(id, changed);
    }
    this.#changes.clear();
  }
  discard(): void {
    this.#changes.clear();
  }
}
