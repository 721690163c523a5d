import { isUtf8 } from 'node:buffer';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { headersOf } from './raw-headers.js';

const encoder = new TextEncoder();
const ACK = encoder.encode('+ACK');
const TERM = encoder.encode('+TERM');
const WORKING = encoder.encode('+WPI');

/** What a message needs of whoever pulled it. */
export interface MessageHolder {
  publish(subject: string, data: Uint8Array): void;
  /** The message is disposed of: it no longer counts as in hand. */
  settled(message: BusMessage): void;
  /** Puts the message among the dead letters; resolves once it stands there, and rejects where that failed. */
  deadLetter(message: BusMessage, reason: string, explanation: string | undefined): Promise<void>;
}

/**
 * One message of a stream, in hand until it is disposed of by exactly one of `ack`, `retry` and `deadLetter`; the first
 * one counts. What nobody disposes of is delivered again.
 */
export class BusMessage {
  readonly #message: Msg;
  readonly #holder: MessageHolder;
  #tokens: string[] | undefined;
  #fields: ReadonlyMap<string, string> | undefined;
  #settled = false;
  /** When it came in, milliseconds of the monotonic clock. */
  readonly received_at: number;

  constructor(
    message: Msg,
    holder: MessageHolder,
    /** The partition whose consumer brought it; -1 from a consumer over all of them. */
    readonly partition: number,
    received_at: number,
  ) {
    this.#message = message;
    this.#holder = holder;
    this.received_at = received_at;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  /** Parsed at the first look, so that messages whose headers nobody reads cost nothing. */
  get headers(): MsgHdrs | undefined {
    return this.#message.headers;
  }

  /** A header's first value. Names are compared exactly. */
  header(name: string): string | undefined {
    this.#fields ??= headersOf(this.#message);
    return this.#fields.get(name);
  }

  /** @throws TypeError where the bytes are not UTF-8: read as text they would say something else than was sent */
  text(): string {
    if (!isUtf8(this.#message.data)) throw new TypeError('is not UTF-8');
    return this.#message.string();
  }

  get stream(): string {
    return this.#deliveryToken(0);
  }

  get stream_sequence(): number {
    return Number(this.#deliveryToken(3));
  }

  /** 1 for the first time it is delivered. */
  get deliveries(): number {
    return Number(this.#deliveryToken(2));
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  /** Done: it never comes again. */
  ack(): void {
    this.#settle(ACK);
  }

  /** Deliver it again after so long; without a delay at once, which is for handing over, never for failures. */
  retry(delay_ms = 0): void {
    this.#settle(encoder.encode(delay_ms > 0 ? `-NAK {"delay":${Math.round(delay_ms * 1e6)}}` : '-NAK'));
  }

  /**
   * Gives up on it: it goes to the stream DEAD with `reason` (one word, part of the subject) and never comes again.
   * Where even that fails it stays in the stream and comes again later. Never rejects.
   */
  async deadLetter(reason: string, explanation?: string): Promise<void> {
    if (this.#settled) return;
    try {
      await this.#holder.deadLetter(this, reason, explanation);
      this.#settle(TERM);
    } catch {
      this.retry(30_000);
    }
  }

  /** Asks for more time: the server waits its whole `ack_wait` once more. */
  working(): void {
    if (!this.#settled) this.#holder.publish(this.#reply, WORKING);
  }

  #settle(word: Uint8Array): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#holder.publish(this.#reply, word);
    this.#holder.settled(this);
  }

  get #reply(): string {
    return this.#message.reply ?? '';
  }

  /** `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>…`, with domain and account after `ACK` in newer servers. */
  #deliveryToken(index: number): string {
    this.#tokens ??= this.#reply.split('.');
    const first = this.#tokens.length > 9 ? 4 : 2;
    return this.#tokens[first + index] ?? '';
  }
}
