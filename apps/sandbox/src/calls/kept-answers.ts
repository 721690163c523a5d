import type { Answer } from '../exchange.js';

interface Kept {
  readonly request: string;
  readonly answer: Answer;
}

const MOST_KEYS = 10_000;

/** Answers by idempotency key, as providers keep them. Only what was done is kept: a failure may be tried again. */
export class KeptAnswers {
  readonly #kept = new Map<string, Kept>();

  /** `request` is the whole of it: another one under the same key is a conflict. */
  find(key: string, request: string): Answer | 'conflict' | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    return kept.request === request ? kept.answer : 'conflict';
  }

  keep(key: string, request: string, answer: Answer): void {
    this.#kept.set(key, { request, answer });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MOST_KEYS && oldest !== undefined) this.#kept.delete(oldest);
  }

  forget(): void {
    this.#kept.clear();
  }
}
