import { explainPast, isPaymentDecision, type BookEvent, type DecideSettings, type PastExplanation } from '#domain';
import type { DecisionPlace } from '../ports.js';
import { FoldedBook, type FoldedLog } from './folded-book.js';

/** A book of a million sessions takes a gigabyte. */
const BOOKS_KEPT = 2;

/** Explains recorded decisions one after the other, and keeps the books that it folded last. */
export class DecisionExplainer {
  /** By org; the one that was used last is last. */
  readonly #books = new Map<string, FoldedBook>();

  constructor(
    private readonly log: FoldedLog,
    private readonly settings: DecideSettings,
  ) {}

  /** @throws where the log cannot be read, or no payment of the org was decided there */
  async explain({ org, partition, position }: DecisionPlace): Promise<PastExplanation> {
    const [logged] = await this.log.read(partition, position - 1, position);
    const event = logged && (JSON.parse(logged.payload.toString('utf8')) as BookEvent);
    if (event?.org !== org || !isPaymentDecision(event))
      throw new Error(`no payment of ${org} was decided at ${partition}:${position}`);
    const known = this.#books.get(org);
    this.#books.delete(org);
    const book = known?.reaches(position - 1)
      ? known
      : await FoldedBook.startingBelow(this.log, partition, org, position - 1);
    const explanation = explainPast(await book.at(position - 1), event, this.settings);
    this.#keep(org, book);
    return explanation;
  }

  #keep(org: string, book: FoldedBook): void {
    this.#books.set(org, book);
    for (const oldest of this.#books.keys()) {
      if (this.#books.size <= BOOKS_KEPT) return;
      this.#books.delete(oldest);
    }
  }
}
