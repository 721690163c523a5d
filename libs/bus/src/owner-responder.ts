import type { Msg, Subscription } from '@nats-io/transport-node';
import { subjects } from '#contracts';
import type { Logger } from '#observability';
import type { BusConnection } from './connection.js';

/** One OwnerRequest as it came in. */
export interface OwnerCall {
  partition: number;
  epoch: number;
  data: Uint8Array;
  text(): string;
  /** Sends the OwnerResponse; the first answer counts. */
  respond(response: string | Uint8Array): void;
}

interface Ownership {
  epoch: number;
  resolve: Subscription;
  requests: Subscription;
}

/**
 * The owner's side of request and reply: says under which epoch a partition is owned, and hands on what is asked under
 * that epoch, all that one read of the socket brought in one call.
 */
export class OwnerResponder {
  readonly #owned = new Map<number, Ownership>();
  #collected: OwnerCall[] = [];

  constructor(
    private readonly connection: BusConnection,
    private readonly handle: (calls: OwnerCall[]) => Promise<unknown> | void,
    private readonly logger?: Logger,
  ) {}

  /** Begins to answer for a partition, or goes over to another epoch of it. */
  own(partition: number, epoch: number): void {
    const before = this.#owned.get(partition);
    if (before?.epoch === epoch) return;
    const requests = this.connection.subscribe(subjects.ownerRequest(partition, epoch), {
      callback: (error, message) => {
        if (error) this.logger?.error({ err: error, partition, epoch }, 'Requests to the owner cannot be read');
        else this.#collect(message, partition, epoch);
      },
    });
    const resolve = before?.resolve ?? this.#answerResolve(partition);
    this.#owned.set(partition, { epoch, resolve, requests });
    before?.requests.unsubscribe();
  }

  /** Ends to answer for a partition; callers look for its next owner. */
  release(partition: number): void {
    const owned = this.#owned.get(partition);
    if (!owned) return;
    this.#owned.delete(partition);
    owned.resolve.unsubscribe();
    owned.requests.unsubscribe();
  }

  close(): void {
    for (const partition of [...this.#owned.keys()]) this.release(partition);
  }

  #answerResolve(partition: number): Subscription {
    return this.connection.subscribe(subjects.ownerResolve(partition), {
      callback: (error, message) => {
        const owned = this.#owned.get(partition);
        if (!error && owned) message.respond(JSON.stringify({ epoch: owned.epoch }));
      },
    });
  }

  #collect(message: Msg, partition: number, epoch: number): void {
    let answered = false;
    this.#collected.push({
      partition,
      epoch,
      data: message.data,
      text: () => message.string(),
      respond: (response) => {
        if (answered || this.connection.isClosed()) return;
        answered = true;
        message.respond(response);
      },
    });
    if (this.#collected.length === 1) setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const calls = this.#collected;
    this.#collected = [];
    try {
      await this.handle(calls);
    } catch (error) {
      // Nobody is answered: the callers ask again until their deadline.
      this.logger?.error({ err: error, calls: calls.length }, 'The handler of owner requests failed');
    }
  }
}
