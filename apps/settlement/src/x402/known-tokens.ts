import type { PaymentToken } from './payment-token.js';

const KEPT_MAXIMUM = 20_000;

/**
 * Tokens whose signature this process has made or verified lately, some 2 kB each: the calls that follow each other with one payload (resolve,
 * verify, settle) sign once. Only the very same text counts, and whether its hold is still there is asked of the book each time.
 */
export class KnownTokens {
  readonly #tokens = new Map<string, PaymentToken>();

  constructor(private readonly kept_maximum = KEPT_MAXIMUM) {}

  find(text: string): PaymentToken | undefined {
    return this.#tokens.get(text);
  }

  keep(text: string, token: PaymentToken): void {
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size >= this.kept_maximum && oldest !== undefined) this.#tokens.delete(oldest);
    this.#tokens.set(text, token);
  }
}
