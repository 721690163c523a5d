/** V8 makes a table anew after so many deletions, or fewer; those within one of ours do not go on for long. */
const RENEWED_AFTER = 64;
/** Above it, copying what is there would be felt, and V8 makes a table anew rarely. */
const LARGEST_RENEWED = 10_000;

/**
 * A map whose entries soon go again. Behind a Map stands a table, and when V8 makes that anew, the old one keeps a
 * reference to the new one. Once such a table has grown old, each later one is taken for reachable by the collector of
 * young objects, with all that was in it: what was in a map for milliseconds is copied twice and stays until all is
 * collected. Here another Map takes the place of the one that saw many deletions, and nothing old leads to it
 * (decision 085).
 */
export class PassingMap<Key, Value> {
  #entries = new Map<Key, Value>();
  #deletions = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    if (isWorn(this.#deletions, this.#entries.size)) {
      this.#entries = copyOf(this.#entries);
      this.#deletions = 0;
    }
    this.#entries.set(key, value);
  }

  delete(key: Key): boolean {
    const isThere = this.#entries.delete(key);
    if (isThere) this.#deletions++;
    return isThere;
  }

  /** Not by the Map's own: after that, too, its old table keeps a reference to the new one. */
  clear(): void {
    if (this.#entries.size === 0) return;
    this.#entries = new Map();
    this.#deletions = 0;
  }

  /** As of a Map, but what is added while it goes on may not be seen. */
  keys(): IterableIterator<Key> {
    return this.#entries.keys();
  }

  /** As of a Map, but what is added while it goes on may not be seen. */
  values(): IterableIterator<Value> {
    return this.#entries.values();
  }

  /** As of a Map, but what is added while it goes on may not be seen. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }
}

/** As `PassingMap`, of values alone. */
export class PassingSet<Value> {
  readonly #values = new PassingMap<Value, true>();

  get size(): number {
    return this.#values.size;
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  add(value: Value): void {
    this.#values.set(value, true);
  }

  delete(value: Value): boolean {
    return this.#values.delete(value);
  }

  clear(): void {
    this.#values.clear();
  }

  /** As of a Set, but what is added while it goes on may not be seen. */
  [Symbol.iterator](): IterableIterator<Value> {
    return this.#values.keys();
  }
}

/** At insertions and not at deletions, so that who goes through the entries may delete them. */
function isWorn(deletions: number, size: number): boolean {
  return deletions >= RENEWED_AFTER && deletions >= size && size <= LARGEST_RENEWED;
}

function copyOf<Key, Value>(map: Map<Key, Value>): Map<Key, Value> {
  const copy = new Map<Key, Value>();
  for (const [key, value] of map) copy.set(key, value);
  return copy;
}
