import type { FieldProblem } from '#contracts';
import { MPP_BOUNDS } from './bounds.js';

/** One challenge of a `WWW-Authenticate` header, of whatever scheme. Names are in lower case, as they mean the same in any. */
export interface AuthChallenge {
  scheme: string;
  parameters: ReadonlyMap<string, string>;
  /** A parameter that stands twice, which no reader may choose from (RFC 9110, 11.2). */
  repeated?: string;
}

export type ReadAuthenticate =
  { ok: true; challenges: readonly AuthChallenge[] } | { ok: false; problems: FieldProblem[] };

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** `token68` is a challenge's only parameter, so what follows it is the next challenge or nothing. */
const TOKEN_68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const SPACES = /[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;
/** Up to the next quote or backslash. Tabs are text; other controls end a header line. */
// eslint-disable-next-line no-control-regex -- control characters are what this refuses
const QUOTED_TEXT = /[^"\\\u0000-\u0008\u000a-\u001f\u007f]*/y;
// eslint-disable-next-line no-control-regex -- control characters are what this refuses
const ESCAPED = /[^\u0000-\u0008\u000a-\u001f\u007f]/y;

/** Reads a `WWW-Authenticate` value by RFC 9110, 11.6.1: several challenges in one value, or several values joined by commas. */
export function readAuthenticate(text: string): ReadAuthenticate {
  if (text.length > MPP_BOUNDS.header_characters) return malformed('is too long');
  try {
    return { ok: true, challenges: new Reader(text).challenges() };
  } catch (thrown) {
    if (thrown instanceof Malformed) return malformed(thrown.message);
    throw thrown;
  }
}

function malformed(message: string): ReadAuthenticate {
  return { ok: false, problems: [{ field: 'WWW-Authenticate', message }] };
}

class Malformed extends Error {}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  challenges(): AuthChallenge[] {
    const found: AuthChallenge[] = [];
    this.#take(SEPARATORS);
    while (this.#at < this.text.length) {
      if (found.length === MPP_BOUNDS.challenges) throw new Malformed('holds too many challenges');
      found.push(this.#challenge());
    }
    return found;
  }

  #challenge(): AuthChallenge {
    const scheme = this.#token().toLowerCase();
    const parameters = new Map<string, string>();
    if (this.#take(SPACES) === '' || this.#take(TOKEN_68) !== '') {
      this.#element();
      return { scheme, parameters };
    }
    let repeated: string | undefined;
    // A scheme with nothing behind it but the next challenge has no parameters either.
    while (this.#isParameter()) {
      const name = this.#token().toLowerCase();
      this.#take(SPACES);
      this.#at += 1;
      this.#take(SPACES);
      const value = this.text[this.#at] === '"' ? this.#quoted() : this.#token();
      if (parameters.has(name)) repeated ??= name;
      else parameters.set(name, value);
      if (parameters.size > MPP_BOUNDS.parameters) throw new Malformed('holds a challenge with too many parameters');
      this.#element();
    }
    return { scheme, parameters, ...(repeated !== undefined && { repeated }) };
  }

  /** Whether a name and a `=` stand here, and not the next scheme. */
  #isParameter(): boolean {
    const before = this.#at;
    const named = this.#take(TOKEN) !== '';
    this.#take(SPACES);
    const found = named && this.text[this.#at] === '=';
    this.#at = before;
    return found;
  }

  /** The end of an element of the list: a comma, or the end of the text. Empty elements say nothing. */
  #element(): void {
    this.#take(SPACES);
    if (this.#at < this.text.length && this.text[this.#at] !== ',') throw new Malformed('is no list of challenges');
    this.#take(SEPARATORS);
  }

  #token(): string {
    const token = this.#take(TOKEN);
    if (token === '') throw new Malformed('is no list of challenges');
    return token;
  }

  #quoted(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      value += this.#take(QUOTED_TEXT);
      const end = this.text[this.#at];
      this.#at += 1;
      if (end === '"') return value;
      const escaped = end === '\\' ? this.#take(ESCAPED) : '';
      if (escaped === '') throw new Malformed('holds a quoted text that does not end');
      value += escaped;
    }
  }

  /** What the pattern matches here, which may be nothing. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [matched = ''] = pattern.exec(this.text) ?? [];
    this.#at += matched.length;
    return matched;
  }
}

/** One challenge as the value of `WWW-Authenticate`. What HTTP's headers cannot hold is written as `\uXXXX`, as others do. */
export function writeAuthenticate(scheme: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${quotable(value)}"`],
  );
  return `${scheme} ${written.join(', ')}`;
}

function quotable(value: string): string {
  return value
    .replace(/["\\]/g, (letter) => `\\${letter}`)
    .replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
