import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { PassingSet } from '#domain';
import type { Logger } from '#observability';
import { BatchConsumer } from '../batch-consumer.js';
import type { BusMessage } from '../bus-message.js';
import type { BusConnection } from '../connection.js';
import { ensureStreams, type EnsureStreamsOptions } from '../ensure-streams.js';
import { OwnerResponder, type OwnerCall } from '../owner-responder.js';
import { PartsSender } from '../parts/parts-sender.js';
import { ReplyInParts } from '../parts/reply-in-parts.js';
import { rawHeaders } from '../raw-headers.js';
import { consumerDefinition, partitionConsumer, type PartitionedStream } from '../streams.js';
import { BusContext } from './bus-context.js';
import { handlerConflicts } from './handler-conflicts.js';
import {
  JETSTREAM_TRANSPORT,
  type BatchHandlerOptions,
  type HandlerExtras,
  type JetStreamHandlerOptions,
  type RequestHandlerOptions,
} from './handlers.js';
import { describe, outcomeOf, settleMessage } from './settle-message.js';

export interface JetStreamServerOptions {
  /** The app's connection, which it closes itself. */
  connection: BusConnection;
  streams: EnsureStreamsOptions;
  logger?: Logger;
}

/** A request's handler failed: the reply carries this header with the reason, as NATS services do. */
export const ERROR_HEADER = 'Nats-Service-Error';

const PATIENCE_MS = 10_000;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

type Handler = (data: unknown, context: BusContext<never>) => unknown;

/**
 * Nest's transport over JetStream: `app.connectMicroservice({ strategy: new JetStreamServer({ … }) })`. Handlers are
 * methods with the decorators of `handlers.ts`; a batch handler is called once for many messages, so that the hot path
 * does not pay for Nest by the message.
 */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM_TRANSPORT;
  /** A throwing handler is our business: the message comes again, or is a dead letter. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: JetStreamServerOptions;
  readonly #partitioned = new Map<PartitionedStream, BatchConsumer>();
  readonly #consumers: BatchConsumer[] = [];
  readonly #requests: Subscription[] = [];
  readonly #settling = new PassingSet<Promise<void>>();
  readonly #replying = new PassingSet<Promise<void>>();
  readonly #parts: PartsSender;
  /** What was last said of each partition; of two that overlap, the later one counts. */
  readonly #said = new Map<number, symbol>();
  #owners: OwnerResponder | undefined;

  constructor(options: JetStreamServerOptions) {
    super();
    this.#options = options;
    this.#parts = new PartsSender(options.connection, options.logger);
  }

  /** @throws where the pattern has a handler already: one of the two would never be called, or both would */
  override addHandler(pattern: unknown, callback: MessageHandler, isEvent = false, extras: object = {}): void {
    const normalized = this.normalizePattern(pattern as string);
    if (this.messageHandlers.has(normalized)) throw new Error(`Two handlers for the same pattern: ${normalized}`);
    super.addHandler(pattern, callback, isEvent, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    void this.#listenAndTell(callback);
  }

  /** Begins a partition: its consumers are pulled, and requests under that epoch are taken. */
  async startPartition(partition: number, epoch: number): Promise<void> {
    const said = Symbol();
    this.#said.set(partition, said);
    this.#owners?.own(partition, epoch);
    for (const [stream, consumer] of this.#partitioned) {
      // Pulled by one that does not own it, messages would go back and forth for ever.
      if (this.#said.get(partition) !== said) return;
      await consumer.start(partitionConsumer(stream, partition), partition);
    }
  }

  /** Ends a partition: what no handler has seen is given back at once, for its next owner. */
  async stopPartition(partition: number): Promise<void> {
    this.#said.set(partition, Symbol());
    this.#owners?.release(partition);
    // All at once: one that is begun anew meanwhile is not ended by this.
    await Promise.all(
      [...this.#partitioned].map(([stream, consumer]) =>
        consumer.stop(partitionConsumer(stream, partition).durable_name, partition),
      ),
    );
  }

  /** Takes no more, waits up to 10 s for the handlers that run, and gives back what is left. */
  async close(): Promise<void> {
    this.#owners?.close();
    await Promise.all(this.#requests.map((subscription) => subscription.drain().catch(() => undefined)));
    const unfinished = (): Promise<unknown> => Promise.race([Promise.all(this.#settling), pause(PATIENCE_MS)]);
    await Promise.all([...this.#partitioned.values(), ...this.#consumers].map((one) => one.close(unfinished)));
    await this.replied();
  }

  /** When all that were asked have been answered, and the answers are gone out; or after 10 s. */
  async replied(): Promise<void> {
    const { connection } = this.#options;
    const saying = Promise.all(this.#replying).then(() => connection.flush());
    await Promise.race([saying.catch(() => undefined), pause(PATIENCE_MS)]);
  }

  on(): never {
    throw new Error("The bus connection's own `status()` tells of its events");
  }

  unwrap<T>(): T {
    return this.#options.connection as T;
  }

  async #listenAndTell(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.#listen();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  async #listen(): Promise<void> {
    const handlers = [...this.messageHandlers.values()].map((callback) => ({
      extras: callback.extras as HandlerExtras,
      handle: callback as unknown as Handler,
    }));
    const conflicts = handlerConflicts(handlers.map(({ extras }) => extras));
    if (conflicts.length > 0) throw new Error(`The handlers of the bus contradict each other: ${conflicts.join('; ')}`);
    await ensureStreams(this.#options.connection, this.#options.streams);
    // Everything that answers stands before the first message is delivered, which may ask for it.
    for (const { extras, handle } of handlers) {
      if (extras.kind === 'request') this.#answer(extras.subject, extras, handle);
      if (extras.kind === 'owner') this.#takeOwnerCalls(handle);
      if (extras.kind === 'batch') this.#preparePartitions(extras, handle);
    }
    await this.#options.connection.flush();
    for (const { extras, handle } of handlers) {
      if (extras.kind === 'message') await this.#consume(extras, handle);
    }
  }

  #preparePartitions(options: BatchHandlerOptions, handle: Handler): void {
    const { stream, batch_maximum, in_hand_maximum } = options;
    const consumer = new BatchConsumer(this.#options.connection, {
      stream,
      batch_maximum,
      in_hand_maximum,
      mode: this.#options.streams.mode,
      logger: this.#options.logger,
      handle: (messages) => outcomeOf(handle(messages, new BusContext([messages as never]))),
    });
    this.#partitioned.set(stream, consumer);
  }

  #takeOwnerCalls(handle: Handler): void {
    const take = (calls: OwnerCall[]): Promise<unknown> => outcomeOf(handle(calls, new BusContext([calls as never])));
    this.#owners = new OwnerResponder(this.#options.connection, take, this.#options.logger);
  }

  async #consume(options: JetStreamHandlerOptions, handle: Handler): Promise<void> {
    const at_a_time = options.at_a_time ?? 64;
    const { ack_wait_seconds = 30, runs_maximum_seconds = 300 } = options;
    const settle = (message: BusMessage): Promise<void> =>
      settleMessage(message, options, (data) => handle(data, new BusContext([message as never])));
    const consumer = new BatchConsumer(this.#options.connection, {
      stream: options.stream,
      mode: this.#options.streams.mode,
      logger: this.#options.logger,
      in_hand_maximum: at_a_time,
      pull_messages: at_a_time,
      ack_wait_ms: ack_wait_seconds * 1000,
      extend_maximum_ms: runs_maximum_seconds * 1000,
      // Not awaited: messages are handled beside each other, and pulling pauses at `at_a_time` in hand.
      handle: (messages) => {
        for (const message of messages) {
          const settling = settle(message).finally(() => this.#settling.delete(settling));
          this.#settling.add(settling);
        }
      },
    });
    this.#consumers.push(consumer);
    await consumer.start(consumerDefinition(options.durable, options.filter, ack_wait_seconds), -1);
  }

  #answer(subject: string, options: RequestHandlerOptions, handle: Handler): void {
    const subscription = this.#options.connection.subscribe(subject, {
      queue: options.queue ?? subject.replace(/[^A-Za-z0-9_-]/g, '_'),
      callback: (error, message) => {
        if (error) this.#options.logger?.error({ err: error, subject }, 'Requests cannot be read');
        else this.#beginReply(message, handle);
      },
    });
    this.#requests.push(subscription);
  }

  #beginReply(message: Msg, handle: Handler): void {
    const replying = this.#reply(message, handle)
      .catch((error: unknown) => this.#options.logger?.error({ err: error }, 'A request cannot be answered'))
      .finally(() => this.#replying.delete(replying));
    this.#replying.add(replying);
  }

  async #reply(message: Msg, handle: Handler): Promise<void> {
    try {
      const data: unknown = message.data.length > 0 ? message.json() : undefined;
      const result = await outcomeOf(handle(data, new BusContext([message as never])));
      if (result instanceof ReplyInParts) await this.#parts.send(message, result);
      else message.respond(JSON.stringify(result ?? null));
    } catch (error) {
      const reason = describe(error).replace(/[\r\n]+/g, ' ');
      message.respond('', { headers: rawHeaders({ [ERROR_HEADER]: reason, 'Nats-Service-Error-Code': '500' }) });
    }
  }
}
