import { decoded } from '../content/decoded.js';
import type { Asked } from '../exchange.js';

/** One call as `GET /sandbox/calls` shows it. */
export interface RecordedCall {
  readonly number: number;
  readonly at: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Only what kind of credential there was. */
  readonly authorization: string | null;
  readonly idempotency_key: string | null;
  readonly body: string;
  /** What was answered; null while it is being answered, and where the connection was closed instead. */
  readonly status: number | null;
  /** The same answer again, by its idempotency key: nothing was done a second time. */
  readonly repeated: boolean;
}

export type CallEnd = Pick<RecordedCall, 'status' | 'repeated'>;

const MOST_CALLS = 1_000;
const MOST_BODY_CHARACTERS = 10_000;

/** What the sandbox was asked last. No credential is kept. */
export class RecordedCalls {
  #calls: RecordedCall[] = [];
  #number = 0;

  /** Kept from now on; what is given back says how it ended. */
  begin(service: string, asked: Asked): (end: CallEnd) => void {
    this.#number += 1;
    const number = this.#number;
    this.#calls.push({
      number,
      at: new Date().toISOString(),
      service,
      method: asked.method,
      path: asked.path,
      query: Object.fromEntries([...asked.query].filter(([name]) => !isSecret(name))),
      authorization: schemeOf(asked.headers.authorization),
      idempotency_key: textOr(asked.headers['idempotency-key']),
      body: asked.bodyText.slice(0, MOST_BODY_CHARACTERS),
      status: null,
      repeated: false,
    });
    if (this.#calls.length > MOST_CALLS) this.#calls.shift();
    return (end) => {
      // Their numbers follow each other; one that was dropped or forgotten meanwhile has no place.
      const place = number - (this.#calls[0]?.number ?? number);
      const call = this.#calls[place];
      if (call?.number === number) this.#calls[place] = { ...call, ...end };
    };
  }

  /** Newest first; with `containing`, those in whose path, query or body that text stands. */
  newest(containing: string): RecordedCall[] {
    const isMeant = ({ path, query, body }: RecordedCall): boolean =>
      [path, decoded(path), body, decoded(body), ...Object.values(query)].some((text) => text.includes(containing));
    return this.#calls.filter(isMeant).reverse();
  }

  forget(): void {
    this.#calls = [];
  }
}

function isSecret(name: string): boolean {
  return /key|token|secret|password/i.test(name);
}

function schemeOf(authorization: string | undefined): string | null {
  return authorization?.split(' ')[0] ?? null;
}

function textOr(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
