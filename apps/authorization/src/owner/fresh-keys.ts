import type { Work } from './work.js';

/**
 * Which keys need no looking for. A key that was drawn with its command is bound to nothing, unless the command itself came before, and
 * then its caller does not say so again (`CommandHeader.fresh_key`). The log's unique index has the last word: where it refuses
 * an append, all keys of that append are looked for.
 */
export class FreshKeys {
  readonly #doubted = new WeakSet<Work>();

  isFresh(work: Work): boolean {
    return work.request.fresh_key === true && !this.#doubted.has(work);
  }

  /** Whether there was any that had not been looked for. */
  doubt(works: readonly Work[]): boolean {
    const fresh = works.filter((work) => this.isFresh(work));
    for (const work of fresh) this.#doubted.add(work);
    return fresh.length > 0;
  }
}
