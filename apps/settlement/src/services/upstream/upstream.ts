import { isIP } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { flatHeaders, unanswered, type Exchange, type StreamedExchange, type UpstreamRequest } from './exchange.js';
import { AddressRefused, isPublicAddress, publicLookup } from './public-address.js';
import { timeLimit } from './time-limit.js';
import { readWhole } from './whole-body.js';
import { wholeExchange } from './whole-exchange.js';

export interface UpstreamOptions {
  /** Origins that may be called whatever their address is: the sandbox's, and what whoever runs Bursar has allowed. */
  allowed_origins: readonly string[];
  /** Default 5,000. */
  connect_timeout_ms?: number;
  /** Of a whole answer. Default 4 MiB. */
  answer_bytes?: number;
}

/**
 * The way out to paid services: https to public addresses only, unless an origin is allowed by name; no redirect is followed, so
 * that a secret goes nowhere else.
 */
export class Upstream {
  readonly #guarded: Agent;
  readonly #allowing: Agent;
  readonly #allowed: ReadonlySet<string>;
  readonly #answer_bytes: number;

  constructor({ allowed_origins, connect_timeout_ms = 5_000, answer_bytes = 4 * 1024 * 1024 }: UpstreamOptions) {
    this.#allowed = new Set(allowed_origins);
    this.#answer_bytes = answer_bytes;
    // Every exchange has a time limit of its own: further ones by the client would only be more timers.
    const times = { keepAliveTimeout: 4_000, headersTimeout: 0, bodyTimeout: 0 };
    const settings = { connections: 64, pipelining: 1, ...times };
    this.#guarded = new Agent({ ...settings, connect: { timeout: connect_timeout_ms, lookup: publicLookup } });
    this.#allowing = new Agent({ ...settings, connect: { timeout: connect_timeout_ms } });
  }

  /** Whether it would call this URL at all. */
  mayCall(url: string): boolean {
    return this.#mayCall(new URL(url));
  }

  #mayCall({ origin, protocol, hostname, username, password }: URL): boolean {
    if (this.#allowed.has(origin)) return true;
    if (protocol !== 'https:' || username !== '' || password !== '') return false;
    const host = hostname.replace(/^\[|\]$/g, '');
    return isIP(host) === 0 || isPublicAddress(host);
  }

  /** One exchange. Never rejects. */
  async call({ method, url, headers, body }: UpstreamRequest, timeout_ms: number): Promise<Exchange> {
    let target: URL;
    try {
      target = this.#targetOf(url);
    } catch (fault) {
      return unanswered(fault);
    }
    const { origin, pathname, search } = target;
    const asked = { origin, path: pathname + search, method, headers, body };
    return wholeExchange(this.#dispatcherOf(origin), asked, { timeout_ms, answer_bytes: this.#answer_bytes });
  }

  /** As `call`, but an answer of 2xx is handed over as it comes; reading it may reject. Never rejects itself. */
  async stream(asked: UpstreamRequest, timeout_ms: number): Promise<StreamedExchange> {
    const limit = timeLimit(timeout_ms);
    try {
      const answer = await this.#open(asked, limit.signal);
      const { statusCode: status, body } = answer;
      body.once('close', limit.end);
      if (status >= 200 && status <= 299) return { kind: 'streaming', chunks: body, stop: () => void body.destroy() };
      const whole = await readWhole(body, this.#answer_bytes);
      if (!whole.ok) return { kind: 'unreadable', status, reason: whole.reason };
      return { kind: 'answered', status, headers: flatHeaders(answer.headers), body: whole.text };
    } catch (fault) {
      limit.end();
      return unanswered(fault);
    }
  }

  /** The head of an answer, with its body still to come. Rejects as undici does, or with `AddressRefused`. */
  async #open({ method, url, headers, body }: UpstreamRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const target = this.#targetOf(url);
    return request(target, { method, headers, body, dispatcher: this.#dispatcherOf(target.origin), signal });
  }

  /** @throws AddressRefused, or TypeError where it is no URL */
  #targetOf(url: string): URL {
    const target = new URL(url);
    if (!this.#mayCall(target)) throw new AddressRefused(target.host);
    return target;
  }

  #dispatcherOf(origin: string): Agent {
    return this.#allowed.has(origin) ? this.#allowing : this.#guarded;
  }

  async close(): Promise<void> {
    await Promise.all([this.#guarded.destroy(), this.#allowing.destroy()]);
  }
}
