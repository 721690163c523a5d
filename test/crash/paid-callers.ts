import { BursarClient } from '#client';
import { setMaxListeners } from 'node:events';
import type { InstanceAddresses } from '../support/instance.js';
import type { Scene } from './callers.js';
import { pause } from './kills.js';
import { paidRequest, type PaidRequest } from './paid-request.js';
import { Random } from './random.js';

/** What a caller holds for true of its call: its last answer that said something. */
export interface PaidTold extends Said {
  request: PaidRequest;
}

export interface Said {
  /** `free`: nothing was spent, and the same key would make another call. */
  what: 'answered' | 'nothing spent' | 'free' | 'unknown';
  /** Of the problem, where it is one. */
  code: string;
  text: string;
  json: Record<string, unknown>;
}

const PATIENCE_MS = 120_000;
/** Longer than the deadline that a request has. */
const ATTEMPT_MS = 6_000;
const SHORT_ATTEMPT_MS = 300;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;
const FREE_AGAIN: ReadonlySet<string> = new Set(['upstream_unavailable', 'service_busy']);
const AGAIN_AT_ONCE = 8;
const AGAIN_PATIENCE_MS = 20_000;

/** Agents that buy of services: two with money enough, and one whose cap is soon used up, also by calls of which nobody knows. */
export async function setBuyers(instance: InstanceAddresses): Promise<string[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const buyers = [{}, {}, { spending_cap: { amount: '0.50' } }].map((limits, index) =>
    client.agents.create({ handle: `buyer-${index}`, ...limits }),
  );
  return (await Promise.all(buyers)).map(({ agent_id }) => agent_id);
}

/** Callers of paid services who send a request again with its key until an answer says what came of it. */
export class PaidCallers {
  readonly told: PaidTold[] = [];
  /** Requests that were given up without such an answer: there must be none. */
  readonly unanswered: string[] = [];
  #stopped = false;
  #work: Promise<unknown> = Promise.resolve();
  readonly #gaveUp = new AbortController();
  /** Of each key, the last answer that said nothing of it. */
  readonly #unclear = new Map<string, string>();

  constructor(
    private readonly instance: InstanceAddresses,
    private readonly scene: Scene,
    private readonly buyers: readonly string[],
    private readonly seed: number,
  ) {}

  begin(count: number): void {
    setMaxListeners(0, this.#gaveUp.signal);
    const callers = Array.from({ length: count }, (_, index) => this.#call(index, new Random(this.seed - 1 - index)));
    this.#work = Promise.all(callers);
  }

  abandon(): void {
    this.#stopped = true;
    this.#gaveUp.abort();
  }

  /** Nothing new is asked; resolves when everything that was asked has its answer. */
  async end(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  /** Every key whose answer binds, once more: what it is answered now. */
  async askAgain(): Promise<Map<string, PaidTold>> {
    const waiting = this.told.filter(({ what }) => what !== 'free');
    const answers = new Map<string, PaidTold>();
    const one = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const said = await this.#untilSaid(next.request, () => ATTEMPT_MS, AGAIN_PATIENCE_MS);
        if (said) answers.set(next.request.key, { ...said, request: next.request });
      }
    };
    await Promise.all(Array.from({ length: AGAIN_AT_ONCE }, one));
    return answers;
  }

  async #call(name: number, random: Random): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const request = paidRequest(`paid-${name}-${turn}`, this.buyers, this.scene, random);
      const patience = () => (request.is_hasty && random.next() < 0.7 ? SHORT_ATTEMPT_MS : ATTEMPT_MS);
      let said = await this.#untilSaid(request, patience);
      // Some take no for an answer, and nothing may be spent by their key then.
      while (said?.what === 'free' && random.next() < 0.6) said = await this.#untilSaid(request, patience);
      if (said?.what === 'unknown') said = (await this.#untilSaid(request, patience)) ?? said;
      if (said) this.told.push({ ...said, request });
      else this.unanswered.push(`${request.key}: ${this.#unclear.get(request.key)}`);
      await pause(random.between(0, 20));
    }
  }

  /** Undefined where there is no answer that says something for as long as anybody would wait. */
  async #untilSaid(
    request: PaidRequest,
    patience: () => number,
    altogether_ms = PATIENCE_MS,
  ): Promise<Said | undefined> {
    const end = performance.now() + altogether_ms;
    for (let wait_ms = FIRST_WAIT_MS; performance.now() < end; wait_ms = Math.min(LONGEST_WAIT_MS, wait_ms * 2)) {
      const said = await this.#send(request, patience());
      if (said) return said;
      if (this.#gaveUp.signal.aborted) return undefined;
      await pause(wait_ms);
    }
    return undefined;
  }

  /** Undefined where nobody answers, or the answer says only to send it again. */
  async #send({ key, body }: PaidRequest, patience_ms: number): Promise<Said | undefined> {
    const headers = {
      authorization: `Bearer ${this.instance.adminKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const signal = AbortSignal.any([AbortSignal.timeout(patience_ms), this.#gaveUp.signal]);
    try {
      const answer = await fetch(`${this.instance.url}/v1/pay`, { method: 'POST', headers, body, signal });
      const text = await answer.text();
      const json = JSON.parse(text) as Record<string, unknown>;
      const code = answer.status === 200 ? '' : String(json['code']);
      const what = meaningOf(answer.status, code);
      if (what) return { what, code, text, json };
      this.#unclear.set(key, text);
      return undefined;
    } catch (error) {
      this.#unclear.set(key, String(error));
      return undefined;
    }
  }
}

function meaningOf(status: number, code: string): Said['what'] | undefined {
  if (status === 200) return 'answered';
  if (code === 'payment_outcome_unknown') return 'unknown';
  if (FREE_AGAIN.has(code)) return 'free';
  return code === 'upstream_refused' || (status >= 400 && status < 429) ? 'nothing spent' : undefined;
}
