import type { BookState } from '#domain';
import type { ReferenceBook } from './reference-book.js';

/** The book as it is now, and what it should be. */
export interface Seen {
  readonly reference: ReferenceBook;
  readonly book: BookState;
  /** Book time. */
  readonly now: number;
}
