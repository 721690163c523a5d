import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import { PassingMap } from '#domain';
import type { BusConnection } from './connection.js';
import { rawHeaders } from './raw-headers.js';

export interface EventRecord {
  subject: string;
  /** With `Nats-Msg-Id`, so that a repetition is known as one. */
  headers: Readonly<Record<string, string>>;
  data: Uint8Array | string;
}

/** Some of the records may be stored: publish them all again, and what is there already is recognised. */
export class PublishFailed extends Error {
  override readonly name = 'PublishFailed';
}

interface Batch {
  left: number;
  duplicates: number;
  resolve: (result: { duplicates: number }) => void;
  reject: (error: PublishFailed) => void;
  timer: NodeJS.Timeout;
}

/** Fewer than what the server buffers for a stream before it refuses more. */
const RECORDS_PER_BATCH_MAXIMUM = 2_000;

/**
 * Publishes many messages to a stream, with an acknowledgement for every one of them, all of a batch under one reply
 * subject and none of them parsed where it is plainly good. That costs 4.9 µs a message here; only the last one
 * acknowledged 3.8 µs, which could lose messages in between unnoticed; the client's own publish 23 µs; atomic batches
 * 4.2 µs here but 39 µs in the server against 11 (nats-server 2.14, 900 bytes).
 */
export class EventPublisher {
  readonly #inbox = createInbox();
  readonly #batches = new PassingMap<string, Batch>();
  readonly #subscription: Subscription;
  #serial = 0;

  constructor(private readonly connection: BusConnection) {
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.#receive(message);
      },
    });
    void this.#watch();
  }

  /**
   * Resolves once the server has acknowledged every record; `duplicates` were there before.
   *
   * @throws PublishFailed after any refusal, a lost connection, or `timeout_ms` without all acknowledgements
   */
  async publish(
    records: readonly EventRecord[],
    options: { timeout_ms?: number } = {},
  ): Promise<{ duplicates: number }> {
    let duplicates = 0;
    for (let from = 0; from < records.length; from += RECORDS_PER_BATCH_MAXIMUM) {
      const batch = records.slice(from, from + RECORDS_PER_BATCH_MAXIMUM);
      duplicates += (await this.#publishBatch(batch, options.timeout_ms ?? 10_000)).duplicates;
    }
    return { duplicates };
  }

  close(): void {
    this.#failAll('The publisher was closed');
    this.#subscription.unsubscribe();
  }

  #publishBatch(records: readonly EventRecord[], timeout_ms: number): Promise<{ duplicates: number }> {
    const token = (++this.#serial).toString(36);
    const reply = `${this.#inbox}.${token}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(token, 'Not every record was acknowledged in time'), timeout_ms);
      this.#batches.set(token, { left: records.length, duplicates: 0, resolve, reject, timer });
      try {
        for (const { subject, headers, data } of records) {
          this.connection.publish(subject, data, { reply, headers: rawHeaders(headers) });
        }
      } catch (error) {
        this.#fail(token, (error as Error).message);
      }
    });
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const batch = this.#batches.get(token);
    if (!batch) return;
    const outcome = acknowledgement(message);
    if (typeof outcome === 'string') return this.#fail(token, outcome);
    if (outcome.duplicate) batch.duplicates++;
    if (--batch.left > 0) return;
    this.#batches.delete(token);
    clearTimeout(batch.timer);
    batch.resolve({ duplicates: batch.duplicates });
  }

  #fail(token: string, why: string): void {
    const batch = this.#batches.get(token);
    if (!batch) return;
    this.#batches.delete(token);
    clearTimeout(batch.timer);
    batch.reject(new PublishFailed(why));
  }

  #failAll(why: string): void {
    for (const token of [...this.#batches.keys()]) this.#fail(token, why);
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.#failAll('The connection was lost');
      // What was sent meanwhile went out before the server knew where to send acknowledgements.
      if (status.type === 'reconnect') this.#failAll('The connection was lost meanwhile');
    }
  }
}

const PLAIN = new TextEncoder().encode('{"stream":');
const NINE = '9'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

/** `{"stream":"EVENTS","seq":7}` is plainly good and not parsed; an error's text is what is wrong. */
function acknowledgement(message: Msg): { duplicate: boolean } | string {
  const { data } = message;
  const last = data[data.length - 2] ?? 0;
  if (last >= ZERO && last <= NINE && PLAIN.every((byte, index) => data[index] === byte)) return { duplicate: false };
  if (data.length === 0) return `No stream takes the records (${message.headers?.code ?? 'no code'})`;
  const answer = message.json<{ error?: { description: string }; stream?: string; duplicate?: boolean }>();
  if (answer.error || !answer.stream) return answer.error?.description ?? 'The answer is no acknowledgement';
  return { duplicate: answer.duplicate === true };
}
