import { createInbox, type Msg, type MsgHdrs, type Subscription } from '@nats-io/transport-node';
import type { BusConnection } from './connection.js';

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

interface Waiting {
  subject: string;
  resolve: (message: Msg) => void;
  reject: (error: Error) => void;
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
  readonly #waiting = new Map<string, Waiting>();
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
  request(
    subject: string,
    data: Uint8Array | string,
    options: { timeout_ms: number; headers?: MsgHdrs },
  ): Promise<Msg> {
    if (this.#closed) return Promise.reject(new RequestFailed('closed', subject));
    if (!this.#connected) return Promise.reject(new RequestFailed('disconnected', subject));
    const token = (++this.#serial).toString(36);
    return new Promise<Msg>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(token, 'timeout'), options.timeout_ms);
      this.#waiting.set(token, { subject, resolve, reject, timer });
      try {
        this.#connection.publish(subject, data, {
          reply: `${this.#inbox}.${token}`,
          ...(options.headers ? { headers: options.headers } : {}),
        });
      } catch (error) {
        this.#waiting.delete(token);
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#failAll('closed');
    this.#subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    if (message.data.length === 0 && message.headers?.code === 503) return this.#fail(token, 'nobody');
    this.#waiting.delete(token);
    clearTimeout(waiting.timer);
    waiting.resolve(message);
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
