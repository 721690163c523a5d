import type { EventOutline } from './event-outline.js';
import type { LogFaultKind } from './log-fault.js';

/** Books of one partition: each one's sequence is dense from 1, and its time never runs backwards (D5, D8). */
export class BookOrder {
  readonly #books = new Map<string, { sequence: number; time: number }>();

  /** What is wrong with this event as the next one of its book, if anything. */
  faultOfNext({ org, sequence, time }: EventOutline): { kind: LogFaultKind; detail: string } | undefined {
    const book = this.#books.get(org);
    if (!book) {
      if (sequence !== 1)
        return { kind: 'book_sequence', detail: `the book of ${org} begins with sequence ${sequence}` };
      this.#books.set(org, { sequence, time });
      return undefined;
    }
    if (sequence !== book.sequence + 1) {
      return { kind: 'book_sequence', detail: `sequence ${sequence} of ${org} follows ${book.sequence}` };
    }
    if (time < book.time) return { kind: 'time_backwards', detail: `time ${time} of ${org} follows ${book.time}` };
    book.sequence = sequence;
    book.time = time;
    return undefined;
  }
}
