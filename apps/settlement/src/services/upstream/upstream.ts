import { isIP } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { AddressRefused, isPublicAddress, publicLookup } from './public-address.js';
import { readWhole } from './read-whole.js';
import { timeLimit } from './time-limit.js';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** What became of one exchange with a paid service. */
export type Exchange =
  | { kind: 'answered'; status: number; headers: Readonly<Record<string, string>>; body: string }
  /** The head of an answer came, and what followed is more than is read, or no text. */
  | { kind: 'unreadable'; status: number; reason: string }
  /** Nothing was asked: no connection came about. */
  | { kind: 'not_sent'; reason: string }
  /** It was asked, and no answer came. */
  | { kind: 'unknown'; reason: string };

/** An exchange whose answer is read as it comes. */
export type StreamedExchange = Exchange | { kind: 'streaming'; chunks: AsyncIterable<Buffer>; stop: () => void };

export interface UpstreamOptions {
  /** Origins that may be called whatever their address is: the sandbox's, and what whoever runs Bursar has allowed. */
  allowed_origins: readonly string[];
  /** Default 5,000. */
  connect_timeout_ms?: number;
  /** Of a whole answer. Default 4 MiB. */
  answer_bytes?: number;
}

/** Faults of a connection that never came about. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ADDRESS_REFUSED',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

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
  async call(asked: UpstreamRequest, timeout_ms: number): Promise<Exchange> {
    const limit = timeLimit(timeout_ms);
    try {
      return await this.#exchange(asked, limit.signal);
    } finally {
      limit.end();
    }
  }

  async #exchange(asked: UpstreamRequest, signal: AbortSignal): Promise<Exchange> {
    let answer: Dispatcher.ResponseData;
    try {
      answer = await this.open(asked, signal);
    } catch (fault) {
      return { kind: NOT_SENT.has(codeOf(fault)) ? 'not_sent' : 'unknown', reason: reasonOf(fault) };
    }
    const { statusCode: status } = answer;
    try {
      const whole = await readWhole(answer.body, this.#answer_bytes);
      if (!whole.ok) return { kind: 'unreadable', status, reason: whole.reason };
      return { kind: 'answered', status, headers: headersOf(answer), body: whole.text };
    } catch (fault) {
      return status >= 400
        ? { kind: 'answered', status, headers: headersOf(answer), body: '' }
        : { kind: 'unknown', reason: reasonOf(fault) };
    }
  }

  /** As `call`, but an answer of 2xx is handed over as it comes; reading it may reject. Never rejects itself. */
  async stream(asked: UpstreamRequest, timeout_ms: number): Promise<StreamedExchange> {
    const limit = timeLimit(timeout_ms);
    try {
      const answer = await this.open(asked, limit.signal);
      const { statusCode: status, body } = answer;
      body.once('close', limit.end);
      if (status >= 200 && status <= 299) return { kind: 'streaming', chunks: body, stop: () => void body.destroy() };
      const whole = await readWhole(body, this.#answer_bytes);
      if (!whole.ok) return { kind: 'unreadable', status, reason: whole.reason };
      return { kind: 'answered', status, headers: headersOf(answer), body: whole.text };
    } catch (fault) {
      limit.end();
      return { kind: NOT_SENT.has(codeOf(fault)) ? 'not_sent' : 'unknown', reason: reasonOf(fault) };
    }
  }

  /** The head of an answer, with its body still to come. Rejects as undici does, or with `AddressRefused`. */
  open({ method, url, headers, body }: UpstreamRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const target = new URL(url);
    if (!this.#mayCall(target)) return Promise.reject(new AddressRefused(target.host));
    const dispatcher = this.#allowed.has(target.origin) ? this.#allowing : this.#guarded;
    return request(target, { method, headers, body, dispatcher, signal });
  }

  async close(): Promise<void> {
    await Promise.all([this.#guarded.destroy(), this.#allowing.destroy()]);
  }
}

function headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/** By its shape: an error of Node's own is of another realm where code runs in a context of its own. */
function codeOf(fault: unknown): string {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : '';
}

/** What is said of a fault: never the request, which has a secret in it. */
function reasonOf(fault: unknown): string {
  if (fault instanceof AddressRefused) return fault.message;
  const name = typeof fault === 'object' && fault !== null && 'name' in fault ? String(fault.name) : '';
  if (name === 'TimeoutError') return 'no answer came in time';
  return codeOf(fault) || name || 'unknown';
}
