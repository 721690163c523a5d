import type { Seed } from './content/seed.js';
import type { Answer, Asked } from './exchange.js';
import type { Figures } from './triggers/figures.js';

/** What an answer is made of, besides the question. */
export interface Making {
  readonly seed: Seed;
  /** What is reported of usage and cost. */
  readonly figures: Figures;
  /** How many words the text of the answer has, where a trigger says so. */
  readonly words: number | undefined;
}

/** One route of one provider, as its public documentation describes it. */
export interface Provider {
  /** The name of the ready service that calls it. */
  readonly name: string;
  readonly host: string;
  readonly method: 'GET' | 'POST';
  readonly bodyForm: 'json' | 'form' | 'none';
  isPath(path: string): boolean;
  /** The refusal, where the provider would refuse: the credential's form first, then what is asked. */
  refusalOf(asked: Asked): Answer | undefined;
  /** The text of the request in which triggers may stand. */
  textOf(asked: Asked): string;
  answer(asked: Asked, making: Making): Answer;
  /** A failure in the provider's own words. */
  failure(status: number, message: string): Answer;
  /** Of providers that take a key: the same key gives the same answer. */
  readonly idempotency?: { readonly header: string; readonly conflict: Answer };
}
