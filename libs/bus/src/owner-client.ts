import { partitionOf, type OwnerAnswer } from '#contracts';
import type { BusConnection } from './connection.js';
import { OwnerChannel, type OwnerClientOptions, PendingCommand } from './owner-channel.js';
import type { NearOwner } from './near-owner.js';
import type { OwnerCommand } from './owner-request.js';
import { Requester } from './requester.js';

const SWEEP_EVERY_MS = 25;

/**
 * Asks books' owners. Commands of one partition that come in the same tick, or while enough requests are under way,
 * travel in one message, which is what makes many callers cheap.
 */
export class OwnerClient {
  readonly #requester: Requester;
  readonly #channels = new Map<number, OwnerChannel>();
  readonly #options: Required<OwnerClientOptions>;
  readonly #near: NearOwner | undefined;
  #sweep: NodeJS.Timeout | undefined;

  /** `near`: an owner in this process, which is asked without the bus about what it owns. */
  constructor(connection: BusConnection, options: OwnerClientOptions & { near?: NearOwner } = {}) {
    this.#requester = new Requester(connection);
    this.#near = options.near;
    this.#options = {
      default_deadline_ms: options.default_deadline_ms ?? 5_000,
      attempt_timeout_ms: options.attempt_timeout_ms ?? 3_000,
      commands_per_request: options.commands_per_request ?? 256,
      requests_in_flight: options.requests_in_flight ?? 4,
    };
  }

  /**
   * The owner's answer to one command. While a partition changes hands, or its owner cannot decide, the same command is
   * sent again until its deadline, so a command that moves money must carry a key (D6). Never rejects: what stays
   * without an answer is `unavailable`, with `outcome_unknown` where the owner may have taken it.
   */
  send(org: string, command: OwnerCommand): Promise<OwnerAnswer> {
    const deadline = command.deadline ?? Date.now() + this.#options.default_deadline_ms;
    const partition = partitionOf(org);
    return new Promise((resolve) => {
      this.#channel(partition).enqueue(new PendingCommand(command, deadline, resolve));
      this.#sweep ??= setInterval(() => this.#expire(), SWEEP_EVERY_MS);
    });
  }

  /** What waits is answered `unavailable`. */
  close(): void {
    clearInterval(this.#sweep);
    for (const channel of this.#channels.values()) channel.close();
    this.#requester.close();
  }

  #channel(partition: number): OwnerChannel {
    let channel = this.#channels.get(partition);
    if (!channel) {
      channel = new OwnerChannel(partition, this.#requester, this.#options, this.#near);
      this.#channels.set(partition, channel);
    }
    return channel;
  }

  /** One walk for all deadlines: a timer for each command would cost more than the command. */
  #expire(): void {
    const now = Date.now();
    let waiting = 0;
    for (const channel of this.#channels.values()) waiting += channel.expire(now);
    if (waiting > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}
