import { PassingMap } from '#domain';

/** Above what a challenge or a call takes that is not padded; what is longer is read each time. */
const LENGTH_MAXIMUM = 8_192;
const KEPT_MAXIMUM = 1_000;

/**
 * What was read of a text, for when the same text comes again. Only for what the text alone decides; the oldest is forgotten first.
 * Nothing is kept of the empty text, as which a request comes that was read before (`SettlementRequest`).
 */
export class Remembered<Value> {
  readonly #kept = new PassingMap<string, Value>();

  constructor(private readonly maximum = KEPT_MAXIMUM) {}

  find(text: string): Value | undefined {
    return this.#kept.get(text);
  }

  /** Gives it away: for what comes a second time and no third. */
  take(text: string): Value | undefined {
    const value = this.#kept.get(text);
    if (value !== undefined) this.#kept.delete(text);
    return value;
  }

  keep(text: string, value: Value): void {
    if (text === '' || text.length > LENGTH_MAXIMUM) return;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.maximum && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(text, value);
  }
}
