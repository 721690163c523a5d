import { nuid, PermissionViolationError, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { uuidv7 } from 'uuidv7';
import { problemOfCode, subjects } from '#contracts';
import type { EnvelopeAnswer, IntentAnswer, LogEvent } from '../answers/index.js';
import { refusalOf } from '../errors.js';
import type { EnvelopeRequest, PaymentRequest } from '../requests/index.js';
import { connectToBus, identityOf, type BusIdentity, type BusOptions } from './connect.js';
import { feedEvent } from './feed-event.js';
import { envelopeMessage, intentMessage, type IntentMessage } from './intent-message.js';
import { PendingIntents } from './pending-intents.js';

export interface BursarBusOptions extends BusOptions {
  /**
   * An intent without an answer is sent again with its key after this time, then after twice of it … Three times as long
   * while others are answered. Default: 5,000.
   */
  answer_timeout_ms?: number;
  /** After this time the promise is rejected with `UnavailableError`. Default: 60,000. */
  deadline_ms?: number;
}

export interface PublishOptions {
  deadline_ms?: number;
  /** The book drops the intent undecided after this moment (milliseconds since the epoch, by the book's clock). */
  expires_at?: number;
  /** Ends the waiting at once: what was sent may be decided all the same, and the same key asks what became of it. */
  signal?: AbortSignal;
}

export interface PublishManyOptions extends PublishOptions {
  /** How many wait for their answers at one time. Default: 1,000. */
  concurrency?: number;
  /** Hears each answer as it comes, with the intent's place among them. */
  onAnswer?: (answer: IntentAnswer, index: number) => void;
}

/** Stops following. */
export interface Following {
  stop(): void;
}

/**
 * Payments and events over the bus, for callers that make many of them. An intent is answered with its decision: a decline
 * is a value here (`status: 'declined'`), since callers of thousands sort them rather than catch them.
 */
export class BursarBus {
  readonly #answers: string;
  readonly #pending: PendingIntents;
  readonly #subscription: Subscription;
  #serial = 0;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly identity: BusIdentity,
    private readonly options: BursarBusOptions,
  ) {
    this.#answers = `${subjects.answersOf(identity.org, identity.subject)}.${nuid.next()}`;
    this.#pending = new PendingIntents((message) => this.#send(message));
    this.#subscription = connection.subscribe(`${this.#answers}.*`, {
      callback: (error, message) => {
        if (error) return this.#pending.failAll(error.message);
        const id = message.subject.slice(this.#answers.length + 1);
        this.#pending.answer(id, message.json<unknown>());
      },
    });
    void this.#watch();
    void connection.closed().then((error) => {
      this.#pending.failAll(error ? `The bus is closed: ${error.message}` : 'The bus is closed');
    });
  }

  /** @throws where no server can be reached, or it refuses the token */
  static async connect(options: BursarBusOptions): Promise<BursarBus> {
    const identity = identityOf(options.token);
    const connection = await connectToBus(options, identity);
    const bus = new BursarBus(connection, identity, options);
    // Answers can be heard before the first intent is sent.
    await connection.flush();
    return bus;
  }

  /** Intents that wait for their answer. */
  get waiting(): number {
    return this.#pending.size;
  }

  /**
   * Publishes a payment intent and resolves with its answer. It is sent again with the same key until an answer comes, so
   * it takes effect once. `agent_id` must be named with an org key.
   *
   * @throws UnavailableError after the deadline; TypeError where the intent names no agent that this credential pays for
   */
  publish(request: PaymentRequest, options: PublishOptions = {}): Promise<IntentAnswer> {
    const keyed = { ...request, idempotency_key: request.idempotency_key ?? uuidv7() };
    return this.#ask<IntentAnswer>(keyed.idempotency_key, options, (replyTo) =>
      intentMessage(this.identity, keyed, replyTo, options.expires_at),
    );
  }

  /**
   * Publishes an envelope of a payment protocol and resolves with what the same body over HTTP would be answered. It is sent
   * again with the same key until an answer comes. With an org key `agent_id` names the agent that pays, or is paid.
   *
   * @throws UnavailableError after the deadline; TypeError as `publish`
   */
  publishEnvelope(envelope: EnvelopeRequest, options: PublishOptions = {}): Promise<EnvelopeAnswer> {
    const keyed = { ...envelope, idempotency_key: envelope.idempotency_key ?? uuidv7() };
    return this.#ask<EnvelopeAnswer>(keyed.idempotency_key, options, (replyTo) =>
      envelopeMessage(this.identity, keyed, replyTo, options.expires_at),
    );
  }

  #ask<Answer>(
    idempotency_key: string,
    options: PublishOptions,
    messageFor: (replyTo: string) => IntentMessage,
  ): Promise<Answer> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const id = (++this.#serial).toString(36);
      const message = messageFor(`${this.#answers}.${id}`);
      this.#send(message);
      const now = Date.now();
      this.#pending.add(id, {
        message,
        idempotency_key,
        sent_at: now,
        patience_ms: this.options.answer_timeout_ms ?? 5_000,
        gives_up_at: now + (options.deadline_ms ?? this.options.deadline_ms ?? 60_000),
        resolve,
        reject,
      });
      if (signal) this.#pending.endBy(signal, id);
    });
  }

  /**
   * Publishes all of them, so many at one time, and settles in their order. One without an answer is a rejection among the
   * results and stops nothing.
   */
  async publishMany(
    intents: Iterable<PaymentRequest> | AsyncIterable<PaymentRequest>,
    options: PublishManyOptions = {},
  ): Promise<PromiseSettledResult<IntentAnswer>[]> {
    const { concurrency = 1_000, onAnswer, ...each } = options;
    const results: PromiseSettledResult<IntentAnswer>[] = [];
    const source = iteratorOf(intents);
    let started = 0;
    const work = async (): Promise<void> => {
      for (;;) {
        const taken = source.next();
        // Only what is asynchronous is waited for: a place in the line must not change hands meanwhile.
        const next = taken instanceof Promise ? await taken : taken;
        if (next.done) return;
        const index = started++;
        const result = await settled(this.publish(next.value, each));
        results[index] = result;
        if (result.status === 'fulfilled') onAnswer?.(result.value, index);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
    return results;
  }

  /**
   * Hears what happens from now on: to one agent (its id), or with an org key and no agent to all of the org. Nothing is
   * kept for a listener that is away: catch up by `BursarClient.events.each` from the last position that was heard.
   *
   * @throws where the credential may not hear that
   */
  async follow(agentId: string | undefined, handler: (event: LogEvent) => void): Promise<Following> {
    const { org, kind, subject } = this.identity;
    const agent = agentId ?? (kind === 'agent' ? subject : undefined);
    let refused: Error | undefined;
    const feed = agent === undefined ? subjects.feedOfOrg(org) : subjects.feed(org, agent);
    const subscription = this.connection.subscribe(feed, {
      callback: (error, message) => {
        if (error) return void (refused = error);
        const event = feedEvent(message);
        if (event) handler(event);
      },
    });
    await this.connection.flush();
    if (refused) throw refused;
    return { stop: () => subscription.unsubscribe() };
  }

  /** Waits for what is under way, at most so long; then nothing more is sent or heard. */
  async close(options: { wait_ms?: number } = {}): Promise<void> {
    const end = Date.now() + (options.wait_ms ?? 5_000);
    while (this.#pending.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    this.#pending.failAll('The bus was closed before the intent was answered');
    this.#subscription.unsubscribe();
    await this.connection.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'reconnect') this.#pending.repeatAll();
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      if (operation !== 'publish') continue;
      const problem = problemOfCode('role_not_allowed', {
        detail: `The bus does not let this credential publish ${subject}.`,
      });
      this.#pending.refuse(subject, (key) => refusalOf(problem, key));
    }
  }

  #send({ subject, data, headers }: IntentMessage): void {
    this.connection.publish(subject, data, { headers });
  }
}

function iteratorOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): Iterator<Item> | AsyncIterator<Item> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

async function settled<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  try {
    return { status: 'fulfilled', value: await promise };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
