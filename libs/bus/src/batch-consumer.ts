import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import { PassingSet } from '#domain';
import type { Logger } from '#observability';
import { BusMessage, type MessageHolder } from './bus-message.js';
import type { BusConnection } from './connection.js';
import { DeadLetters } from './dead-letters.js';
import { ensureConsumer, type EnsureStreamsOptions } from './ensure-streams.js';
import { PullLoop } from './pull-loop.js';
import { ACK_WAIT_SECONDS, type ConsumerDefinition } from './streams.js';

export type BatchHandlerFunction = (messages: BusMessage[]) => Promise<unknown> | void;

export interface BatchConsumerOptions {
  stream: string;
  /** Called with all that has come in since the last call; the next call waits until this one has resolved. */
  handle: BatchHandlerFunction;
  mode: EnsureStreamsOptions['mode'];
  /** The most messages of one call. */
  batch_maximum?: number;
  /** The most messages that may be in hand, over all consumers, before pulling pauses. */
  in_hand_maximum?: number;
  /** The most messages asked for at once by each consumer. */
  pull_messages?: number;
  /** The consumers' ack wait: a message in hand for a third of it asks for more time. */
  ack_wait_ms?: number;
  /** How long that goes on: then the message is let go, and the server delivers it again. */
  extend_maximum_ms?: number;
  logger?: Logger;
}

/** What a handler that throws leaves undisposed comes again after this, longer each time. */
const RETRY_LADDER_MS = [2_000, 10_000, 30_000, 60_000];

/** The wait before a message is delivered again, by how often it was. */
export function retryDelay(deliveries: number): number {
  return RETRY_LADDER_MS[Math.min(Math.max(deliveries, 1), RETRY_LADDER_MS.length) - 1] as number;
}

/**
 * Consumes several durable consumers of one stream (one for each partition that is owned) and hands what they bring to
 * one handler, in batches that grow by themselves while the handler is busy. Each message is disposed of by itself, by
 * the handler or by whoever the handler gave it to.
 */
export class BatchConsumer implements MessageHolder {
  readonly #loops = new Map<string, PullLoop>();
  readonly #dead_letters: DeadLetters;
  readonly #in_hand = new PassingSet<BusMessage>();
  readonly #timer: NodeJS.Timeout;
  readonly #extend_after_ms: number;
  #manager: Promise<JetStreamManager> | undefined;
  #backlog: BusMessage[] = [];
  #scheduled = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly connection: BusConnection,
    private readonly options: BatchConsumerOptions,
  ) {
    this.#dead_letters = new DeadLetters(connection, options.logger);
    this.#extend_after_ms = (options.ack_wait_ms ?? ACK_WAIT_SECONDS * 1000) / 3;
    this.#timer = setInterval(() => this.#check(), this.#extend_after_ms / 2);
    this.#timer.unref();
    void this.#watch();
  }

  /**
   * Begins to pull a consumer; `partition` is written on its messages.
   *
   * @throws where the consumer can neither be found nor made
   */
  async start(definition: ConsumerDefinition, partition: number): Promise<void> {
    const durable = definition.durable_name;
    if (this.#closed || this.#loops.has(durable)) return;
    const { stream, mode, logger } = this.options;
    const ensure = async (): Promise<void> => {
      this.#manager ??= jetstreamManager(this.connection, { checkAPI: false });
      await ensureConsumer(await this.#manager, stream, definition, mode);
    };
    const loop = new PullLoop(this.connection, {
      stream,
      durable,
      pull_messages: this.options.pull_messages ?? 512,
      onMessage: (message) => this.#take(message, partition),
      ensure,
      mayPull: () => this.#in_hand.size < this.#inHandMaximum,
      logger,
    });
    this.#loops.set(durable, loop);
    try {
      await ensure();
    } catch (error) {
      this.#loops.delete(durable);
      throw error;
    }
    if (this.#loops.get(durable) === loop) loop.start();
  }

  /** Ends pulling a consumer and gives back what no handler has seen yet; what a handler has is still its to dispose of. */
  async stop(durable: string, partition: number): Promise<void> {
    const loop = this.#loops.get(durable);
    if (!loop) return;
    this.#loops.delete(durable);
    const stopped = loop.stop();
    const given_back = this.#backlog.filter((message) => message.partition === partition);
    this.#backlog = this.#backlog.filter((message) => message.partition !== partition);
    for (const message of given_back) message.retry();
    await stopped;
  }

  /**
   * Ends all pulling, waits for the handler that runs and for `unfinished`, which is work that handlers left behind, and
   * gives back what is still in hand.
   */
  async close(unfinished: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const stopped = [...this.#loops.values()].map((loop) => loop.stop());
    this.#loops.clear();
    for (const message of this.#backlog.splice(0)) message.retry();
    await Promise.all(stopped);
    await this.#running;
    await unfinished();
    for (const message of [...this.#in_hand]) message.retry();
    if (!this.connection.isClosed()) await this.connection.flush().catch(() => undefined);
  }

  /** Messages pulled and not yet disposed of. */
  get in_hand(): number {
    return this.#in_hand.size;
  }

  publish(subject: string, data: Uint8Array): void {
    if (!this.connection.isClosed()) this.connection.publish(subject, data);
  }

  settled(message: BusMessage): void {
    this.#in_hand.delete(message);
    if (this.#in_hand.size === this.#inHandMaximum >> 1) for (const loop of this.#loops.values()) loop.resume();
  }

  deadLetter(message: BusMessage, reason: string, explanation: string | undefined): Promise<void> {
    return this.#dead_letters.put(message, reason, explanation);
  }

  get #inHandMaximum(): number {
    return this.options.in_hand_maximum ?? 16_384;
  }

  #take(raw: Msg, partition: number): void {
    const message = new BusMessage(raw, this, partition, performance.now());
    this.#in_hand.add(message);
    this.#backlog.push(message);
    this.#schedule();
  }

  /** `setImmediate`, so that one read of the socket becomes one batch. */
  #schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#backlog.length === 0 || this.#running) return;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (this.#backlog.length > 0) this.#schedule();
      });
    });
  }

  async #run(): Promise<void> {
    const maximum = this.options.batch_maximum ?? 2_048;
    const batch = this.#backlog.length > maximum ? this.#backlog.splice(0, maximum) : this.#backlog;
    if (batch === this.#backlog) this.#backlog = [];
    try {
      await this.options.handle(batch);
    } catch (error) {
      this.options.logger?.error({ err: error, stream: this.options.stream }, 'A batch handler failed');
      for (const message of batch) if (!message.isSettled) message.retry(retryDelay(message.deliveries));
    }
  }

  #check(): void {
    const now = performance.now();
    for (const loop of this.#loops.values()) loop.checkSilence(now);
    const forget_before = now - (this.options.extend_maximum_ms ?? 300_000);
    const extend_before = now - this.#extend_after_ms;
    // In order of arrival, so the first young one ends the walk.
    for (const message of this.#in_hand) {
      if (message.received_at > extend_before) break;
      if (message.received_at > forget_before) message.working();
      else this.settled(message);
    }
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'reconnect') for (const loop of this.#loops.values()) loop.reconnected();
    }
  }
}
