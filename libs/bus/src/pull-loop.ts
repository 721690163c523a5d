import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import type { Logger } from '#observability';
import { Backoff } from './backoff.js';
import type { BusConnection } from './connection.js';

export interface PullLoopOptions {
  stream: string;
  durable: string;
  /** How many messages may be asked for and not yet here. */
  pull_messages: number;
  onMessage: (message: Msg) => void;
  /** Makes the consumer where it is missing. */
  ensure: () => Promise<void>;
  /** False while enough is in hand: the next pull waits until `resume` is called. */
  mayPull: () => boolean;
  logger?: Logger;
}

const PULL_EXPIRES_NS = 30e9;
const HEARTBEAT_NS = 5e9;
/** Two heartbeats and some: then the pull is lost without a word. */
const SILENCE_MAXIMUM_MS = 12_000;

/**
 * Pulls one durable consumer for as long as it runs. Whatever ends a pull (server restarted, consumer or stream
 * deleted, leader moved, silence) is answered by making the consumer anew where it is missing and pulling again, after a
 * wait that grows from 0.2 to 30 s.
 */
export class PullLoop {
  readonly #backoff = new Backoff(200, 30_000);
  readonly #subject: string;
  #subscription: Subscription | undefined;
  #inbox = '';
  /** Asked for and not yet received. */
  #outstanding = 0;
  #last_heard_at = 0;
  #healing: NodeJS.Timeout | 'now' | undefined;
  #stopped = false;
  #held_back = false;

  constructor(
    private readonly connection: BusConnection,
    private readonly options: PullLoopOptions,
  ) {
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.durable}`;
  }

  start(): void {
    this.#subscribe();
    this.#pull();
  }

  /**
   * Ends pulling. What the server sent before it heard of that is given back at once, so that the partition's next
   * owner need not wait for it.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (typeof this.#healing === 'object') clearTimeout(this.#healing);
    await this.#subscription?.drain().catch(() => undefined);
  }

  /** Messages were disposed of: pull again if that waited for it. */
  resume(): void {
    if (this.#held_back && !this.#healing) this.#pull();
  }

  /** The connection is back: the server has forgotten what was asked for. */
  reconnected(): void {
    if (typeof this.#healing === 'object') clearTimeout(this.#healing);
    this.#healing = undefined;
    this.#heal(0);
  }

  /** To be called every few seconds. */
  checkSilence(now: number): void {
    const silent_ms = now - this.#last_heard_at;
    if (this.#outstanding > 0 && !this.#healing && silent_ms > SILENCE_MAXIMUM_MS) this.#trouble('silence');
  }

  #subscribe(): void {
    this.#subscription?.unsubscribe();
    this.#inbox = createInbox();
    this.#outstanding = 0;
    this.#last_heard_at = performance.now();
    this.#subscription = this.connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error) this.#trouble(error.message);
        else this.#receive(message);
      },
    });
  }

  #pull(): void {
    if (this.#stopped) return;
    this.#held_back = !this.options.mayPull();
    if (this.#held_back) return;
    const batch = this.options.pull_messages - this.#outstanding;
    if (batch < this.options.pull_messages / 2) return;
    this.#outstanding += batch;
    const request = { batch, expires: PULL_EXPIRES_NS, idle_heartbeat: HEARTBEAT_NS };
    this.connection.publish(this.#subject, JSON.stringify(request), { reply: this.#inbox });
  }

  #giveBack(message: Msg): void {
    if (message.reply) this.connection.publish(message.reply, '-NAK');
  }

  #receive(message: Msg): void {
    if (this.#stopped) return this.#giveBack(message);
    this.#last_heard_at = performance.now();
    if (!message.reply) return this.#receiveStatus(message);
    this.#backoff.reset();
    this.#outstanding--;
    this.options.onMessage(message);
    if (this.#outstanding <= this.options.pull_messages / 2) this.#pull();
  }

  #receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 100) return;
    if (code === 404 || code === 408) {
      // A pull ran out: what it did not bring is no longer to be expected.
      this.#backoff.reset();
      const left = Number(message.headers?.get('Nats-Pending-Messages') ?? 0);
      this.#outstanding = Math.max(0, this.#outstanding - left);
      this.#pull();
      return;
    }
    this.#trouble(`${code} ${message.headers?.description ?? ''}`);
  }

  #trouble(why: string): void {
    if (this.#stopped || this.#healing) return;
    const wait_ms = this.#backoff.next();
    const { stream, durable } = this.options;
    this.options.logger?.warn({ stream, durable, why, wait_ms }, 'Pulling from the stream is interrupted');
    this.#heal(wait_ms);
  }

  #heal(wait_ms: number): void {
    if (this.#stopped) return;
    this.#healing = setTimeout(() => void this.#startAnew(), wait_ms);
  }

  async #startAnew(): Promise<void> {
    this.#healing = 'now';
    try {
      await this.options.ensure();
      this.#healing = undefined;
      if (this.#stopped) return;
      this.#subscribe();
      this.#pull();
    } catch (error) {
      this.#healing = undefined;
      this.#trouble((error as Error).message);
    }
  }
}
