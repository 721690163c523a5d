import type { Random } from '../crash/random.js';
import { call, type Called } from '../gateway/services.js';
import type { Asked, Operation, Told } from './checker.js';

export const FIRST_CAP = 60;
const PAYERS = 4;
/** A caller that has no answer by then knows nothing of what came of it. */
const PATIENCE_MS = 15_000;
/** How long payments are tried after the revocation. */
const AFTERWARDS_MS = 400;
/** Longer than that, and the gateway may have asked a second time by itself. */
const SURELY_ONCE_MS = 200;

let names = 0;

/** One agent and those who work with it at the same time: payers, somebody who changes its cap and at last revokes it, a reader. */
export class AgentUnderLoad {
  readonly operations: Operation[] = [];
  #revoked_at = Infinity;
  #spent = 0;

  private constructor(
    private readonly url: string,
    readonly handle: string,
    private readonly token: string,
    private readonly revocation_id: string,
    private readonly random: Random,
  ) {}

  static async register(url: string, random: Random): Promise<AgentUnderLoad> {
    const handle = `steered-${++names}`;
    const body = { handle, spending_cap: { amount: decimal(FIRST_CAP) }, idempotency_key: handle };
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(50)) {
      const { status, json } = await call(url, 'POST', '/v1/agents', { body }).catch(nobody);
      if (status !== 201) continue;
      if (json['token'] === undefined) return AgentUnderLoad.register(url, random);
      return new AgentUnderLoad(url, handle, json['token'] as string, json['revocation_id'] as string, random);
    }
    throw new Error('an agent cannot be registered');
  }

  /** Until it is revoked and some more payments have been tried. */
  async live(for_ms: number): Promise<void> {
    const until = Date.now() + for_ms;
    const payers = Array.from({ length: PAYERS }, (_, client) => this.#pays(client));
    await Promise.all([...payers, this.#steers(until), this.#looks()]);
    await this.#do(PAYERS + 1, { kind: 'look' });
  }

  async #pays(client: number): Promise<void> {
    while (this.#goesOn) {
      await this.#do(client, { kind: 'pay', amount: this.random.between(1, 9) });
      await pause(this.random.between(0, 25));
    }
  }

  async #steers(until: number): Promise<void> {
    while (Date.now() < until) {
      const maximum = Math.max(0, this.#spent + this.random.between(-8, 60));
      await this.#do(PAYERS, { kind: 'cap', maximum });
      await pause(this.random.between(10, 120));
    }
    await this.#do(PAYERS, { kind: 'revoke' });
    this.#revoked_at = Date.now();
  }

  async #looks(): Promise<void> {
    while (this.#goesOn) {
      await this.#do(PAYERS + 1, { kind: 'look' });
      await pause(this.random.between(5, 60));
    }
  }

  /** Asks until there is an answer, for a payment always with one key. */
  async #do(client: number, asked: Asked): Promise<void> {
    const key = `${this.handle}-${client}-${this.operations.length}-${asked.kind}`;
    let from = performance.now();
    let told: Told = { kind: 'unknown' };
    for (let tries = 1; told.kind === 'unknown' && performance.now() - from < PATIENCE_MS; tries++) {
      if (tries > 1) await pause(30);
      // A change has no key: one without an answer may still bind after the one that is sent now.
      if (tries > 1 && asked.kind === 'cap') {
        this.operations.push({ client, asked, told, from, to: performance.now() });
        from = performance.now();
      }
      told = toldBy(await this.#send(asked, key).catch(nobody), asked);
    }
    const to = performance.now();
    // A payment that was perhaps made before, and whose repetition came after the revocation: 401 says nothing of it.
    if (told.kind === 'revoked' && asked.kind === 'pay' && to - from > SURELY_ONCE_MS) told = { kind: 'unknown' };
    if (told.kind === 'seen') this.#spent = told.spent;
    this.operations.push({ client, asked, told, from, to });
  }

  #send(asked: Asked, key: string): Promise<Called> {
    const headers = { 'idempotency-key': key };
    const path = `/v1/agents/${this.handle}`;
    switch (asked.kind) {
      case 'pay': {
        const body = { service: 'search', amount: decimal(asked.amount), capture: true };
        return call(this.url, 'POST', '/v1/payments', { token: this.token, body, headers });
      }
      case 'cap':
        return call(this.url, 'PATCH', path, { body: { spending_cap: { amount: decimal(asked.maximum) } } });
      case 'revoke':
        return call(this.url, 'POST', `/v1/revocations/${this.revocation_id}`, { body: {} });
      case 'look':
        return call(this.url, 'GET', path);
    }
  }

  get revoked(): boolean {
    return this.#revoked_at < Infinity;
  }

  get #goesOn(): boolean {
    return Date.now() < this.#revoked_at + AFTERWARDS_MS;
  }
}

function toldBy({ status, json, text }: Called, asked: Asked): Told {
  if (status === 0 || status === 503 || status === 429) return { kind: 'unknown' };
  if (status === 401 && asked.kind === 'pay') return { kind: 'revoked' };
  if (status === 402 && asked.kind === 'pay') return { kind: 'over cap' };
  if (status >= 300) throw new Error(`${asked.kind} was answered with ${status}: ${text}`);
  if (asked.kind !== 'look') return { kind: 'done' };
  const [cap] = json['limits'] as { max: number; spent: number }[];
  return { kind: 'seen', spent: units(cap!.spent), maximum: units(cap!.max) };
}

const nobody = (): Called => ({ status: 0, text: '', json: {} });
const decimal = (amount: number): string => (amount / 1_000_000).toFixed(6);
const units = (amount: number): number => Math.round(amount * 1_000_000);

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
