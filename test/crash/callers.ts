import { BursarBus, BursarClient, DeclinedError, type CallOptions, type PaymentRequest } from '#client';
import type { InstanceAddresses } from '../support/instance.js';
import { pause } from './kills.js';
import { setMaxListeners } from 'node:events';
import { Random } from './random.js';

/** What a caller was told: it must stand in the log for ever. */
export interface Told {
  key: string;
  /** Of the payment; absent for what was refused unrecorded. */
  payment_id?: string;
  position?: string;
  what: 'paid' | 'held' | 'declined' | 'captured' | 'voided' | 'refunded' | 'topped up' | 'refused';
  amount: string;
  way: 'http' | 'bus';
  /** When the answer came, since the callers began. */
  at_ms: number;
  /** How long the caller waited, with all its repetitions. */
  waited_ms: number;
}

/** The world that the callers spend in: agents with caps, and a tree of sessions whose root is scarce. */
export interface Scene {
  agents: readonly string[];
  root: string;
  leaves: readonly string[];
}

const PATIENCE_MS = 120_000;
const AGENTS = 8;
const SHORTEST_HOLD_SECONDS = 1;
export const LONGEST_HOLD_SECONDS = 3;

export async function setScene(instance: InstanceAddresses): Promise<Scene> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents: string[] = [];
  for (let index = 0; index < AGENTS; index += 1) {
    const limits =
      index % 2 === 0 ? { spending_cap: { amount: '3.00' } } : { daily_cap: '5.00', per_tx_limit: '0.009' };
    const below = index === 3 ? { parent_agent_id: agents[0]! } : {};
    agents.push((await client.agents.create({ handle: `caller-${index}`, ...limits, ...below })).agent_id);
  }
  const root = await client.sessions.open({ budget: '1.00' });
  const leaves: string[] = [];
  for (const budget of ['3.00', '3.00', '0.80', '9.00']) {
    const middle = await client.sessions.open({ budget, parent_session_id: root.session_id });
    leaves.push((await client.sessions.open({ budget: '9.00', parent_session_id: middle.session_id })).session_id);
  }
  const { session_id } = await client.sessions.open({
    budget: '0.15',
    parent_session_id: root.session_id,
    mode: 'reserved',
  });
  return { agents, root: root.session_id, leaves: [...leaves, session_id] };
}

/** Callers over HTTP and bus who repeat every request with its key until they have an answer. */
export class Callers {
  readonly told: Told[] = [];
  /** Calls that were given up without an answer: there must be none. */
  readonly unanswered: string[] = [];
  #stopped = false;
  #work: Promise<unknown> = Promise.resolve();
  #buses: BursarBus[] = [];
  #begin = 0;
  readonly #gaveUp = new AbortController();

  constructor(
    private readonly instance: InstanceAddresses,
    private readonly scene: Scene,
    private readonly seed: number,
  ) {}

  async begin(count: number): Promise<void> {
    const { url, natsUrl, adminKey: token } = this.instance;
    const client = new BursarClient({ url, token, deadline_ms: PATIENCE_MS, attempt_timeout_ms: 4_000 });
    for (let index = 0; index < 2; index += 1)
      this.#buses.push(
        await BursarBus.connect({ url: natsUrl, token, deadline_ms: PATIENCE_MS, answer_timeout_ms: 1_500 }),
      );
    this.#begin = performance.now();
    setMaxListeners(0, this.#gaveUp.signal);
    const callers = Array.from({ length: count }, (_, index) =>
      this.#call(`${index}`, client, new Random(this.seed + index)),
    );
    this.#work = Promise.all([...callers, this.#raise(client)]);
  }

  /** Gives up what is under way. */
  async abandon(): Promise<void> {
    this.#stopped = true;
    this.#gaveUp.abort();
    await Promise.all(this.#buses.map((bus) => bus.close({ wait_ms: 0 })));
  }

  /** Nothing new is asked; resolves when everything that was asked has its answer. */
  async end(): Promise<void> {
    this.#stopped = true;
    await this.#work;
    await Promise.all(this.#buses.map((bus) => bus.close()));
  }

  async #call(name: string, client: BursarClient, random: Random): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const key = `${name}-${turn}`;
      const amount = `0.00${String(random.between(1, 9_999)).padStart(4, '0')}`;
      const holds = random.next() < 0.4;
      const request: PaymentRequest = {
        agent_id: random.pick(this.scene.agents),
        ...(random.next() < 0.3 ? { payee: 'caller-7' } : { service: random.pick(['search', 'scrape']) }),
        session_id: random.pick(this.scene.leaves),
        amount,
        capture: !holds,
        idempotency_key: key,
        labels: { caller: name },
        ...(holds ? { expires_in: random.between(SHORTEST_HOLD_SECONDS, LONGEST_HOLD_SECONDS) } : {}),
      };
      if (request.payee !== undefined && request.agent_id === this.scene.agents[7]) continue;
      const payment_id = await this.#pay(request, random.next() < 0.5 ? client : random.pick(this.#buses));
      if (payment_id !== undefined) await this.#settle(payment_id, request, client, random);
      await pause(random.between(0, 20));
    }
  }

  /** Answers the payment's id where it passed. */
  async #pay(request: PaymentRequest, way: BursarClient | BursarBus): Promise<string | undefined> {
    const key = request.idempotency_key!;
    const answer = await this.#ask(key, way instanceof BursarBus ? 'bus' : 'http', async () =>
      way instanceof BursarBus
        ? way.publish(request)
        : way.payments.authorize(request, { declines: 'return', signal: this.#gaveUp.signal }),
    );
    if (!answer) return undefined;
    const { payment_id, position } = answer.value;
    const told = { ...answer.told, payment_id, position, amount: String(request.amount) };
    if (answer.value.status === 'declined') {
      this.told.push({ ...told, what: payment_id ? 'declined' : 'refused' });
      return undefined;
    }
    this.told.push({ ...told, what: answer.value.status === 'captured' ? 'paid' : 'held' });
    return payment_id;
  }

  /** Holds are captured in part or whole, voided, or left to expire; some captured money is given back. */
  async #settle(payment_id: string, request: PaymentRequest, client: BursarClient, random: Random): Promise<void> {
    const key = request.idempotency_key!;
    if (request.capture) {
      if (random.next() < 0.1 && request.service !== undefined)
        await this.#step(`${key}-refund`, payment_id, 'refunded', (again) =>
          client.payments.refund(payment_id, {}, again),
        );
      return;
    }
    const choice = random.next();
    if (choice < 0.2) return;
    if (choice < 0.5)
      return this.#step(`${key}-void`, payment_id, 'voided', (again) => client.payments.void(payment_id, again));
    const part = choice < 0.8 ? {} : { amount: '0.000001' };
    await this.#step(`${key}-capture`, payment_id, 'captured', (again) =>
      client.payments.capture(payment_id, part, again),
    );
  }

  async #step(
    key: string,
    payment_id: string,
    what: 'captured' | 'voided' | 'refunded',
    send: (options: CallOptions) => Promise<{ amount_moved: string; position: string }>,
  ): Promise<void> {
    const answer = await this.#ask(key, 'http', () => send({ idempotency_key: key, signal: this.#gaveUp.signal }));
    if (!answer) return;
    const { amount_moved: amount, position } = answer.value;
    this.told.push({ ...answer.told, payment_id, position, what, amount });
  }

  /** The root budget grows a little all the time, so that callers are near a cap for as long as the test runs. */
  async #raise(client: BursarClient): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const reference = `raise-${turn}`;
      const raise = { session_id: this.scene.root, amount: '0.05', reference };
      const answer = await this.#ask(reference, 'http', () =>
        client.topups.create(raise, { signal: this.#gaveUp.signal }),
      );
      if (answer) this.told.push({ ...answer.told, what: 'topped up', amount: raise.amount });
      await pause(200);
    }
  }

  /** Undefined where the answer is a refusal that is nobody's fault here: a hold that had expired, a cap. */
  async #ask<Value>(
    key: string,
    way: Told['way'],
    ask: () => Promise<Value>,
  ): Promise<{ value: Value; told: Pick<Told, 'key' | 'way' | 'at_ms' | 'waited_ms'> } | undefined> {
    const begin = performance.now();
    const told = () => {
      const now = performance.now();
      return { key, way, at_ms: Math.round(now - this.#begin), waited_ms: Math.round(now - begin) };
    };
    try {
      const value = await ask();
      return { value, told: told() };
    } catch (error) {
      if (error instanceof DeclinedError) this.told.push({ ...told(), what: 'refused', amount: '0' });
      else this.unanswered.push(`${key}: ${String(error)}`);
      return undefined;
    }
  }
}
