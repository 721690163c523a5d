import type { Secret } from '#paid-services';
import { formsOf, matcherOf, REDACTED, SHORTEST } from './redacted.js';

/**
 * The same as `redacted`, of a text that comes in pieces: the secret may begin in one and end in another. What may be the beginning of it is
 * held back until more has come; that is less than one form of the secret, and nothing where none has begun.
 */
export class StreamRedactor {
  readonly #forms: readonly string[];
  readonly #matcher: RegExp | undefined;
  /** The first characters of all forms: at any other nothing begins. */
  readonly #firsts: ReadonlySet<string>;
  #held = '';

  constructor(secret: Secret | undefined) {
    this.#forms = formsOf(secret);
    this.#matcher = matcherOf(this.#forms);
    this.#firsts = new Set(this.#forms.map((form) => form.charAt(0)));
  }

  /** What may be passed on by now. */
  take(text: string): string {
    if (!this.#matcher) return text;
    const known = this.#held + text;
    let clean = '';
    let at = 0;
    for (;;) {
      this.#matcher.lastIndex = at;
      const match = this.#matcher.exec(known);
      const begun = this.#begunIn(known, at);
      // A longer form than the one that is whole may still come about there.
      if (begun !== undefined && begun <= (match?.index ?? begun)) {
        this.#held = known.slice(begun);
        return clean + known.slice(at, begun);
      }
      if (!match) {
        this.#held = '';
        return clean + known.slice(at);
      }
      clean += known.slice(at, match.index) + REDACTED;
      at = match.index + match[0].length;
    }
  }

  /** What was held back when the stream ended. So much of a secret that it says something is not told either. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    if (!this.#matcher || held === '') return held;
    const clean = held.replace(this.#matcher, REDACTED);
    const begun = this.#begunIn(clean, 0) ?? clean.length;
    return clean.length - begun < SHORTEST ? clean : clean.slice(0, begun) + REDACTED;
  }

  /** Where, at or after `from`, a form begins that the text does not hold to its end. */
  #begunIn(text: string, from: number): number | undefined {
    const longest = this.#forms[0]?.length ?? 0;
    for (let at = Math.max(from, text.length - longest + 1); at < text.length; at += 1) {
      if (!this.#firsts.has(text.charAt(at))) continue;
      const rest = text.slice(at);
      if (this.#forms.some((form) => form.length > rest.length && form.startsWith(rest))) return at;
    }
    return undefined;
  }
}
