import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The calls by which a response is written, kept until it is decided whether they go out. */
const HELD = ['writeHead', 'write', 'end', 'flushHeaders'] as const;
type Held = (typeof HELD)[number];
type Writing = (...written: unknown[]) => unknown;

/**
 * A response whose handler's writing waits: nothing of what is paid for leaves before it is settled. It is kept in memory whole,
 * so a payable answer should not be a large file.
 */
export class HeldResponse {
  readonly #own: Record<Held, Writing>;
  /** What stood there before the handler ran. */
  readonly #headers: OutgoingHttpHeaders;
  #calls: { method: Held; written: unknown[] }[] = [];
  #status: number | undefined;
  /** `closed`: the client went away before the handler had answered. */
  readonly ended: Promise<'ended' | 'closed'>;

  constructor(private readonly response: ServerResponse) {
    this.#headers = { ...response.getHeaders() };
    this.#own = Object.fromEntries(
      HELD.map((method) => [method, (response[method] as Writing).bind(response)]),
    ) as Record<Held, Writing>;
    this.ended = new Promise((resolve) => {
      response.once('close', () => resolve('closed'));
      for (const method of HELD) {
        this.#put(method, (...written) => {
          this.#calls.push({ method, written });
          if (method === 'writeHead') this.#status = written[0] as number;
          if (method === 'end') resolve('ended');
          return method === 'write' ? true : response;
        });
      }
    });
  }

  /** Also where the handler wrote its head by itself, which the response has not heard of yet. */
  get status(): number {
    return this.#status ?? this.response.statusCode;
  }

  /** Lets the handler's answer go out, with these headers beside its own. */
  let(headers: Record<string, string>): void {
    this.#restore();
    for (const [name, value] of Object.entries(headers)) this.response.setHeader(name, value);
    for (const { method, written } of this.#calls) this.#own[method](...written);
    this.#calls = [];
  }

  /** Forgets the handler's answer; another one can be written. */
  drop(): void {
    this.#restore();
    this.#calls = [];
    for (const name of this.response.getHeaderNames()) {
      const before = this.#headers[name];
      if (before === undefined) this.response.removeHeader(name);
      else this.response.setHeader(name, before);
    }
  }

  #restore(): void {
    for (const method of HELD) this.#put(method, this.#own[method]);
  }

  #put(method: Held, writing: Writing): void {
    (this.response as unknown as Record<Held, Writing>)[method] = writing;
  }
}
