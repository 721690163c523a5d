import { uuidv7 } from 'uuidv7';
import type { Declined, ProblemDocument } from '../answers/index.js';
import { DeclinedError, refusalOf, UnavailableError, UnexpectedAnswerError } from '../errors.js';
import type { Answered, CallOptions, ReadOptions } from './call-options.js';
import { causeOf, outcomeOf, parseJson, type Failure, type Outcome } from './outcome.js';
import { retryDelay } from './retry-delay.js';

export interface HttpCallerOptions {
  /** Such as `http://127.0.0.1:8402`. */
  url: string;
  /** Bearer text: an org key, an agent's or a session's token. */
  token: string;
  /** A session token beside an agent's or a key's: narrows every call to that session. */
  session_token?: string;
  /** How long a call may take with all its retries, where it does not say. Default: 30,000. */
  deadline_ms?: number;
  /** After this time without an answer an attempt is given up and made again. Default: 10,000. */
  attempt_timeout_ms?: number;
  /** Sends the requests, where it is not to be the `fetch` of Node. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

interface Attempt {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * Calls over HTTP, each until it has an answer or its deadline has passed: lost connections, 429 and 503 are retried with
 * the same key, so a call takes effect once however often it was sent.
 */
export class HttpCaller {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #deadlineMs: number;
  readonly #attemptTimeoutMs: number;
  readonly #fetch: NonNullable<HttpCallerOptions['fetch']>;

  constructor(options: HttpCallerOptions) {
    this.#base = options.url.replace(/\/+$/, '');
    this.#headers = {
      authorization: `Bearer ${options.token}`,
      ...(options.session_token === undefined ? {} : { 'bursar-session': options.session_token }),
    };
    this.#deadlineMs = options.deadline_ms ?? 30_000;
    this.#attemptTimeoutMs = options.attempt_timeout_ms ?? 10_000;
    this.#fetch = options.fetch ?? fetch;
  }

  /** Absent parameters are left out; a list is joined with commas. */
  async get<Answer>(path: string, query: Query = {}, options: ReadOptions = {}): Promise<Answer> {
    const attempt = { method: 'GET', url: `${this.#base}${path}${queryText(query)}`, headers: this.#headers };
    return (await this.#call(attempt, options)) as Answer;
  }

  /** One attempt, and its answer whatever its status: for health, which answers 503 with what is wrong. */
  async probe<Answer>(path: string, options: ReadOptions = {}): Promise<Answer> {
    const url = `${this.#base}${path}`;
    const signals = [AbortSignal.timeout(options.deadline_ms ?? this.#attemptTimeoutMs), options.signal ?? []].flat();
    const response = await this.#fetch(url, { signal: AbortSignal.any(signals) }).catch((error: unknown) => {
      throw new UnavailableError(`GET ${url} has no answer: ${causeOf(error)}`, undefined, undefined, { cause: error });
    });
    const text = await response.text();
    const json = parseJson(text);
    if (json === undefined) throw new UnexpectedAnswerError(response.status, text);
    return json as Answer;
  }

  /** Setting what is said again does no harm, so a patch takes no key. */
  patch<Answer, Options extends CallOptions>(path: string, body: object, options?: Options) {
    return this.#change<Answer, Options>('PATCH', path, body, undefined, options);
  }

  post<Answer, Options extends CallOptions>(path: string, body: object, options?: Options) {
    const inBody = (body as { idempotency_key?: string }).idempotency_key;
    const key = options?.idempotency_key ?? inBody ?? uuidv7();
    return this.#change<Answer, Options>('POST', path, body, key, options);
  }

  /** A question that needs a body: it changes nothing, so it takes no key. */
  ask<Answer>(path: string, body: object, options?: ReadOptions): Promise<Answer> {
    return this.#change<Answer, ReadOptions>('POST', path, body, undefined, options);
  }

  put<Answer, Options extends CallOptions>(path: string, body: object, options?: Options) {
    return this.#change<Answer, Options>('PUT', path, body, options?.idempotency_key ?? uuidv7(), options);
  }

  delete<Answer, Options extends CallOptions>(path: string, options?: Options) {
    return this.#change<Answer, Options>('DELETE', path, undefined, options?.idempotency_key ?? uuidv7(), options);
  }

  async #change<Answer, Options extends CallOptions>(
    method: string,
    path: string,
    body: object | undefined,
    key: string | undefined,
    options: CallOptions = {},
  ): Promise<Answered<Answer, Options>> {
    const attempt: Attempt = {
      method,
      url: `${this.#base}${path}`,
      headers: {
        ...this.#headers,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    try {
      return (await this.#call(attempt, options, key)) as Answered<Answer, Options>;
    } catch (error) {
      if (options.declines === 'return' && error instanceof DeclinedError) {
        return declinedOf(error) as Answered<Answer, Options>;
      }
      throw error;
    }
  }

  async #call(attempt: Attempt, options: ReadOptions, key?: string): Promise<unknown> {
    const end = Date.now() + (options.deadline_ms ?? this.#deadlineMs);
    let problem: ProblemDocument | undefined;
    const patience = options.attempt_timeout_ms ?? this.#attemptTimeoutMs;
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await this.#attempt(attempt, Math.min(end - Date.now(), patience), options.signal);
      if ('answer' in outcome) return outcome.answer;
      if ('refused' in outcome) throw refusalOf(outcome.refused, key);
      const { failed } = outcome;
      // What Bursar said once tells more than the silence at the end.
      problem = failed.problem ?? problem;
      const wait = retryDelay(attempts, failed.retry_after, Date.now());
      if (Date.now() + wait >= end) throw unavailable(attempt, attempts, { ...failed, problem }, key);
      await pause(wait, options.signal);
    }
  }

  async #attempt(attempt: Attempt, timeoutMs: number, signal: AbortSignal | undefined): Promise<Outcome> {
    const patience = AbortSignal.timeout(Math.max(1, timeoutMs));
    let response: Response;
    let text: string;
    try {
      const { method, headers, body } = attempt;
      const either = signal ? AbortSignal.any([patience, signal]) : patience;
      response = await this.#fetch(attempt.url, { method, headers, body, signal: either, redirect: 'error' });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      const why = patience.aborted ? `no answer within ${Math.round(timeoutMs)} ms` : causeOf(error);
      return { failed: { why, retry_after: null, cause: error } };
    }
    return outcomeOf(response, text);
  }
}

function unavailable(attempt: Attempt, attempts: number, failed: Failure, key: string | undefined): UnavailableError {
  const where = `${attempt.method} ${attempt.url}`;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return new UnavailableError(`${where} was tried ${times}: ${failed.why}`, key, failed.problem, {
    cause: failed.cause,
  });
}

function declinedOf(error: DeclinedError): Declined {
  const { problem, idempotency_key } = error;
  const { payment_id, position, policy_version } = problem;
  return { status: 'declined', payment_id, position, policy_version, decline: problem, idempotency_key };
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
