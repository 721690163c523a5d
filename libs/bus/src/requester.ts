import { createInbox, type Msg, type MsgHdrs, type Subscription } from '@nats-io/transport-node';
import { PassingMap } from '#domain';
import type { BusConnection } from './connection.js';
import { PartsReader } from './parts/parts-reader.js';
import { isNobody, readPart, STOP } from './parts/reply-in-parts.js';

/** Why a request has no answer; only `nobody` says for certain that it was not taken. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  constructor(
    readonly reason: 'nobody' | 'timeout' | 'disconnected' | 'closed',
    readonly subject: string,
  ) {
    super(`No answer from ${subject}: ${reason}`);
  }
}

/** The first message of an answer, and what follows on it where it comes in parts. */
export interface Reply {
  message: Msg;
  rest?: PartsReader;
}

interface RequestOptions {
  timeout_ms: number;
  headers?: MsgHdrs;
}

interface Asked {
  resolve: (message: Msg, rest?: PartsReader) => void;
  reject: (error: Error) => void;
  takesParts: boolean;
}

interface Waiting extends Asked {
  subject: string;
  timer: NodeJS.Timeout;
}

/**
 * Request and reply over one subscription. Unlike the connection's own requests, those waiting end at once when the
 * connection is lost (their answer cannot come any more), and none is sent while it is away.
 */
export class Requester {
  readonly #connection: BusConnection;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #waiting = new PassingMap<string, Waiting>();
  readonly #reading = new PassingMap<string, PartsReader>();
  #serial = 0;
  #connected = true;
  #closed = false;

  constructor(connection: BusConnection, options: { inbox_prefix?: string } = {}) {
    this.#connection = connection;
    this.#inbox = createInbox(options.inbox_prefix);
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.#receive(message);
      },
    });
    void this.#watch();
  }

  /** @throws RequestFailed, or what the connection says of a message that it cannot take */
  request(subject: string, data: Uint8Array | string, options: RequestOptions): Promise<Msg> {
    return new Promise((resolve, reject) => this.#send(subject, data, options, { resolve, reject, takesParts: false }));
  }

  /** As `request`, where the answer may come in parts (`ReplyInParts`). The rest must be read or left. */
  requestParts(subject: string, data: Uint8Array | string, options: RequestOptions): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const whole = (message: Msg, rest?: PartsReader): void => resolve({ message, ...(rest && { rest }) });
      this.#send(subject, data, options, { resolve: whole, reject, takesParts: true });
    });
  }

  close(): void {
    this.#closed = true;
    this.#failAll('closed');
    this.#subscription.unsubscribe();
  }

  #send(subject: string, data: Uint8Array | string, { timeout_ms, headers }: RequestOptions, asked: Asked): void {
    if (this.#closed) return asked.reject(new RequestFailed('closed', subject));
    if (!this.#connected) return asked.reject(new RequestFailed('disconnected', subject));
    const token = (++this.#serial).toString(36);
    const timer = setTimeout(() => this.#fail(token, 'timeout'), timeout_ms);
    this.#waiting.set(token, { subject, ...asked, timer });
    try {
      this.#connection.publish(subject, data, { reply: `${this.#inbox}.${token}`, ...(headers ? { headers } : {}) });
    } catch (error) {
      this.#waiting.delete(token);
      clearTimeout(timer);
      asked.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(token);
    if (!waiting) return this.#receiveLater(token, message);
    if (isNobody(message)) return this.#fail(token, 'nobody');
    this.#waiting.delete(token);
    clearTimeout(waiting.timer);
    // The next part may come before anybody has looked at this one.
    const hasParts = waiting.takesParts && message.reply && readPart(message);
    waiting.resolve(message, hasParts ? this.#read(token, message) : undefined);
  }

  #receiveLater(token: string, message: Msg): void {
    const reading = this.#reading.get(token);
    if (reading) reading.hear(message);
    // Nobody waits for it any more, and it goes on.
    else if (message.reply && readPart(message)) message.respond(STOP);
  }

  #read(token: string, head: Msg): PartsReader {
    const reply = `${this.#inbox}.${token}`;
    const say = (text: string, asks = false): void => {
      if (!this.#connection.isClosed()) head.respond(text, asks ? { reply } : {});
    };
    const reader = new PartsReader(say, () => this.#reading.delete(token));
    this.#reading.set(token, reader);
    return reader;
  }

  #fail(token: string, reason: RequestFailed['reason']): void {
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    this.#waiting.delete(token);
    clearTimeout(waiting.timer);
    waiting.reject(new RequestFailed(reason, waiting.subject));
  }

  #failAll(reason: RequestFailed['reason']): void {
    for (const token of [...this.#waiting.keys()]) this.#fail(token, reason);
    for (const reading of [...this.#reading.values()]) reading.break();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') {
        this.#connected = false;
        this.#failAll('disconnected');
      }
      if (status.type === 'reconnect') this.#connected = true;
    }
    this.#closed = true;
    this.#failAll('closed');
  }
}
