import { jetstream, type JetStreamClient as NatsJetStreamClient, type PubAck } from '@nats-io/jetstream';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { HEADERS } from '#contracts';
import type { BusConnection } from '../connection.js';
import { rawHeaders } from '../raw-headers.js';
import { Requester } from '../requester.js';
import { ERROR_HEADER } from './jetstream-server.js';

/** What `emit` gives: where the message stands, and whether it had been there before. */
export interface Emitted {
  stream: string;
  sequence: number;
  /** No error: the message with this id was stored earlier. */
  duplicate: boolean;
}

/** Data with headers and an id by which the stream knows a repetition. Without one, plain data may be given. */
export class BusRecord {
  constructor(
    readonly data: unknown,
    readonly options: { message_id?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {}
}

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * For Nest users: `emit(subject, data)` stores a message in the stream that takes the subject and gives an `Emitted`,
 * `send(subject, data)` is core request and reply. Data are bytes, text, or anything that becomes JSON.
 */
export class JetStreamClient extends ClientProxy {
  readonly #connection: BusConnection;
  readonly #jetstream: NatsJetStreamClient;
  readonly #request_timeout_ms: number;
  #requester: Requester | undefined;

  constructor(connection: BusConnection, options: { request_timeout_ms?: number } = {}) {
    super();
    this.#connection = connection;
    this.#jetstream = jetstream(connection);
    this.#request_timeout_ms = options.request_timeout_ms ?? REQUEST_TIMEOUT_MS;
  }

  connect(): Promise<BusConnection> {
    this.#requester ??= new Requester(this.#connection);
    return Promise.resolve(this.#connection);
  }

  /** Ends what waits; the connection is the app's and stays. */
  close(): void {
    this.#requester?.close();
    this.#requester = undefined;
  }

  unwrap<T>(): T {
    return this.#connection as T;
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const call = { wanted: true };
    void this.#askAndTell(packet, call, callback);
    return () => {
      call.wanted = false;
    };
  }

  protected async dispatchEvent<T = Emitted>(packet: ReadPacket): Promise<T> {
    const { data, options } = recordOf(packet.data);
    const { message_id, headers } = options;
    const ack: PubAck = await this.#jetstream.publish(packet.pattern as string, bodyOf(data), {
      headers: rawHeaders({ ...headers, [HEADERS.message_id]: message_id }),
    });
    return { stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate } as T;
  }

  async #askAndTell(packet: ReadPacket, call: { wanted: boolean }, tell: (packet: WritePacket) => void): Promise<void> {
    let outcome: WritePacket;
    try {
      outcome = { response: await this.#ask(packet), isDisposed: true };
    } catch (err) {
      outcome = { err, isDisposed: true };
    }
    if (call.wanted) tell(outcome);
  }

  async #ask(packet: ReadPacket): Promise<unknown> {
    const { data, options } = recordOf(packet.data);
    const requester = this.#requester ?? new Requester(this.#connection);
    this.#requester = requester;
    const reply = await requester.request(packet.pattern as string, bodyOf(data), {
      timeout_ms: this.#request_timeout_ms,
      ...(options.headers ? { headers: rawHeaders(options.headers) } : {}),
    });
    const failure = reply.headers?.get(ERROR_HEADER);
    if (failure) throw new Error(failure);
    return reply.data.length > 0 ? reply.json() : undefined;
  }
}

function recordOf(data: unknown): BusRecord {
  return data instanceof BusRecord ? data : new BusRecord(data);
}

function bodyOf(data: unknown): Uint8Array | string {
  if (data instanceof Uint8Array || typeof data === 'string') return data;
  return JSON.stringify(data);
}
