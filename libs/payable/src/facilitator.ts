import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type JsonObject, writeJson } from '#contracts';
import type { PayableOptions } from './options.js';

/** A way of paying that Bursar settles. */
export interface SupportedKind {
  x402Version: number;
  scheme: string;
  network: string;
  extra?: JsonObject;
}

/** `reason` is the protocol's word for a refusal, for the payer. */
export type Verified = { ok: true } | { ok: false; reason: string };
export interface Settled {
  success: boolean;
  /** As it came: for the header PAYMENT-RESPONSE. */
  answer: JsonObject;
}

/** Bursar gives no answer, or not to this credential: nothing is known of the payment, and nothing is served. */
export class FacilitatorUnavailableError extends Error {
  override readonly name = 'FacilitatorUnavailableError';
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
const ATTEMPT_MS = 10_000;

/**
 * Bursar's x402 facilitator, asked by whoever is paid. Lost connections, 429 and 5xx are tried again until the deadline; a
 * settlement goes with one idempotency key over all its attempts, so that a lost answer is read once more and nothing is
 * taken twice.
 */
export class Facilitator {
  readonly #base: string;
  readonly #authorization: string;
  readonly #deadlineMs: number;
  #kinds: Promise<readonly SupportedKind[]> | undefined;

  constructor({ url, token, deadline_ms }: PayableOptions) {
    this.#base = `${url.replace(/\/+$/, '')}/x402`;
    this.#authorization = `Bearer ${token}`;
    this.#deadlineMs = deadline_ms ?? 25_000;
  }

  /** Asked once; again after a failure. */
  supported(): Promise<readonly SupportedKind[]> {
    this.#kinds ??= this.#readSupported().catch((error: unknown) => {
      this.#kinds = undefined;
      throw error;
    });
    return this.#kinds;
  }

  async verify(body: JsonObject): Promise<Verified> {
    const answer = await this.#call('verify', body);
    if (answer['isValid'] === true) return { ok: true };
    if (answer['isValid'] === false) return { ok: false, reason: text(answer['invalidReason']) ?? 'invalid_payload' };
    throw unexpected('verify', answer);
  }

  async settle(body: JsonObject, idempotencyKey: string): Promise<Settled> {
    const answer = await this.#call('settle', body, idempotencyKey);
    if (typeof answer['success'] !== 'boolean') throw unexpected('settle', answer);
    return { success: answer['success'], answer };
  }

  async #readSupported(): Promise<readonly SupportedKind[]> {
    const { kinds } = await this.#call('supported');
    if (!Array.isArray(kinds)) throw unexpected('supported', { kinds });
    return kinds.filter((kind): kind is SupportedKind => isJsonObject(kind) && typeof kind['network'] === 'string');
  }

  async #call(name: string, body?: JsonObject, idempotencyKey?: string): Promise<JsonObject> {
    const end = Date.now() + this.#deadlineMs;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      const outcome = await this.#attempt(name, body, idempotencyKey, end);
      if (!(outcome instanceof FacilitatorUnavailableError)) return outcome;
      if (Date.now() + wait >= end) throw outcome;
      await pause(wait);
    }
  }

  /** The answer, or why it is worth another attempt. */
  async #attempt(
    name: string,
    body: JsonObject | undefined,
    idempotencyKey: string | undefined,
    end: number,
  ): Promise<JsonObject | FacilitatorUnavailableError> {
    let status: number;
    let answer: unknown;
    try {
      const response = await fetch(`${this.#base}/${name}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          authorization: this.#authorization,
          ...(body && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: writeJson(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(Math.max(1, Math.min(ATTEMPT_MS, end - Date.now()))),
      });
      status = response.status;
      answer = await response.json();
    } catch (error) {
      return new FacilitatorUnavailableError(`${name}: no answer`, { cause: error });
    }
    if (status === 429 || status >= 500 || pending(answer)) {
      return new FacilitatorUnavailableError(`${name}: HTTP ${status}`);
    }
    // Of this server's own credential: no payer can help it.
    if (status === 401 || status === 403) {
      throw new FacilitatorUnavailableError(`${name}: this server's credential is refused (HTTP ${status})`);
    }
    // A refusal has its words in the body, whatever its status.
    if (!isJsonObject(answer)) throw unexpected(name, answer);
    return answer;
  }
}

/** Asked again with the same key, it tells the outcome. */
function pending(answer: unknown): boolean {
  return isJsonObject(answer) && answer['success'] === false && answer['errorReason'] === 'settlement_pending';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unexpected(name: string, answer: unknown): FacilitatorUnavailableError {
  return new FacilitatorUnavailableError(`${name}: unexpected answer ${JSON.stringify(answer)?.slice(0, 200)}`);
}
