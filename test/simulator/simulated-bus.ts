import type { BusMessage } from '#bus';
import type { PublishedEvent } from '../../apps/authorization/src/ports.js';
import type { EventPublisher } from '../../apps/authorization/src/relay/relay.js';
import type { OwnerCallLike } from '../../apps/authorization/src/requests/owner-requests.js';
import type { Faults } from './faults.js';
import type { Actor, World } from './world.js';

const ACK_WAIT_MS = 4_000;

interface Stored {
  number: number;
  partition: number;
  subject: string;
  text: string;
  headers: ReadonlyMap<string, string>;
  state: 'waiting' | 'in hand' | 'gone';
  /** How it left the stream. */
  gone?: 'acked' | 'dead';
  reason?: string;
  deliveries: number;
  stopWaiting: () => void;
}

/** A process as the bus knows it. */
export interface Receiver {
  actor: Actor;
  messages(stream: SimulatedStream, batch: BusMessage[]): void;
  calls(batch: OwnerCallLike[]): void;
}

/**
 * A stream whose messages stay until they are acked: delivered to whoever pulls their partition, in any order, again when
 * nobody acked in time or when the ack was lost.
 */
export class SimulatedStream {
  readonly stored: Stored[] = [];
  #waiting = 0;
  readonly #pulling = new Map<number, Set<Receiver>>();
  readonly #batches = new Map<Receiver, BusMessage[]>();

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly faults: Faults,
  ) {}

  /** Messages that have not left. */
  get waiting(): number {
    return this.#waiting;
  }

  /** What a publisher sends may be lost on its way, and may come twice. */
  publish(partition: number, subject: string, text: string, headers: ReadonlyMap<string, string>): void {
    const { random } = this.world;
    const copies = random.chance(this.faults.message_lost) ? 0 : random.chance(this.faults.message_twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.world.after(random.next() * this.faults.message_late_ms, `${this.name} stores a message`, () => {
        const message: Stored = {
          number: this.stored.length,
          partition,
          subject,
          text,
          headers,
          state: 'waiting',
          deliveries: 0,
          stopWaiting: () => undefined,
        };
        this.stored.push(message);
        this.#waiting += 1;
        this.#deliver(message);
      });
  }

  pull(partition: number, receiver: Receiver): void {
    const pulling = this.#pulling.get(partition) ?? new Set();
    this.#pulling.set(partition, pulling.add(receiver));
    for (const message of this.stored) if (message.partition === partition) this.#deliver(message);
  }

  leave(partition: number, receiver: Receiver): void {
    this.#pulling.get(partition)?.delete(receiver);
  }

  #deliver(message: Stored): void {
    if (message.state !== 'waiting') return;
    const pulling = [...(this.#pulling.get(message.partition) ?? [])].filter(({ actor }) => !actor.ended);
    if (pulling.length === 0) return;
    const { random } = this.world;
    const receiver = random.pick(pulling);
    message.state = 'in hand';
    message.deliveries += 1;
    const delivery = message.deliveries;
    message.stopWaiting = this.world.after(ACK_WAIT_MS, `${this.name} has no ack of ${message.number}`, () =>
      this.#again(message, delivery),
    );
    this.world.after(
      random.next() * this.faults.message_late_ms,
      `${this.name} delivers ${message.number}`,
      () => this.#collect(receiver, new SimulatedMessage(this, message, delivery) as unknown as BusMessage),
      receiver.actor,
    );
  }

  /** What comes together is handed over together. */
  #collect(receiver: Receiver, message: BusMessage): void {
    const batch = this.#batches.get(receiver) ?? [];
    this.#batches.set(receiver, batch);
    if (batch.push(message) > 1) return;
    const hand = (): void => {
      this.#batches.delete(receiver);
      receiver.messages(this, batch);
    };
    this.world.after(0.2, `takes ${this.name}`, hand, receiver.actor);
  }

  #again(message: Stored, delivery: number, late_ms = 0): void {
    if (message.state !== 'in hand' || message.deliveries !== delivery) return;
    message.stopWaiting();
    message.state = 'waiting';
    this.world.after(late_ms, `${this.name} has ${message.number} again`, () => this.#deliver(message));
  }

  /** A message that was disposed of; the word may be lost, and then it comes again. */
  dispose(message: Stored, delivery: number, how: 'acked' | 'dead' | { retry_ms: number }, reason?: string): void {
    const { random } = this.world;
    if (random.chance(this.faults.message_lost)) return;
    this.world.after(random.next() * this.faults.message_late_ms, `${this.name}: ${message.number} disposed of`, () => {
      if (message.state === 'gone') return;
      if (typeof how === 'object') return this.#again(message, delivery, how.retry_ms);
      message.stopWaiting();
      message.state = 'gone';
      this.#waiting -= 1;
      message.gone = how;
      message.reason = reason;
    });
  }
}

/** Behaves as the bus's own message does: disposed of once, the first word counts. */
class SimulatedMessage {
  isSettled = false;

  constructor(
    private readonly stream: SimulatedStream,
    private readonly message: Stored,
    private readonly delivery: number,
  ) {}

  get subject(): string {
    return this.message.subject;
  }
  get partition(): number {
    return this.message.partition;
  }
  text(): string {
    return this.message.text;
  }
  header(name: string): string | undefined {
    return this.message.headers.get(name);
  }
  ack(): void {
    this.#settle('acked');
  }
  retry(delay_ms = 0): void {
    this.#settle({ retry_ms: delay_ms });
  }
  async deadLetter(reason: string): Promise<void> {
    this.#settle('dead', reason);
  }

  #settle(how: 'acked' | 'dead' | { retry_ms: number }, reason?: string): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.stream.dispose(this.message, this.delivery, how, reason);
  }
}

/** Request and reply: callers find an owner's epoch and ask under it; who is not there does not answer. */
export class SimulatedCalls {
  /** Partition → receiver → the epoch under which it answers. */
  readonly #owned = new Map<number, Map<Receiver, number>>();
  readonly #batches = new Map<Receiver, OwnerCallLike[]>();

  constructor(
    private readonly world: World,
    private readonly faults: Faults,
  ) {}

  own(partition: number, epoch: number, receiver: Receiver): void {
    const owned = this.#owned.get(partition) ?? new Map<Receiver, number>();
    this.#owned.set(partition, owned.set(receiver, epoch));
  }

  release(partition: number, receiver: Receiver): void {
    this.#owned.get(partition)?.delete(receiver);
  }

  /**
   * The epoch that somebody answers for; a former owner that knows nothing of its loss answers too. Now and then the caller
   * remembers one who sleeps, and who finds the question when it wakes.
   */
  resolve(partition: number): number | undefined {
    const { random } = this.world;
    const remembers = random.chance(0.5);
    const known = [...(this.#owned.get(partition) ?? [])].filter(
      ([{ actor }]) => !actor.ended && (remembers || !actor.paused),
    );
    return known.length === 0 ? undefined : random.pick(known)[1];
  }

  /** `again` is the text of a copy that arrives beside the one that was sent. */
  ask(
    partition: number,
    epoch: number,
    { text, again }: { text: string; again: string },
    answered: (response: string) => void,
  ): void {
    const { random } = this.world;
    const copies = random.chance(this.faults.message_lost) ? 0 : random.chance(this.faults.message_twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.world.after(random.next() * this.faults.message_late_ms, `a call for ${partition} arrives`, () => {
        for (const [receiver, owned] of this.#owned.get(partition) ?? [])
          if (owned === epoch && !receiver.actor.ended)
            this.#collect(receiver, this.#call(partition, copy === 0 ? text : again, answered));
      });
  }

  #call(partition: number, text: string, answered: (response: string) => void): OwnerCallLike {
    return {
      partition,
      text: () => text,
      respond: (response) => this.reply(() => answered(response)),
    };
  }

  /** An answer on its way to a caller; it may be lost or come twice. */
  reply(arrive: () => void): void {
    const { random } = this.world;
    const copies = random.chance(this.faults.message_lost) ? 0 : random.chance(this.faults.message_twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.world.after(random.next() * this.faults.message_late_ms, 'an answer arrives', arrive);
  }

  #collect(receiver: Receiver, call: OwnerCallLike): void {
    const batch = this.#batches.get(receiver) ?? [];
    this.#batches.set(receiver, batch);
    if (batch.push(call) > 1) return;
    const hand = (): void => {
      this.#batches.delete(receiver);
      receiver.calls(batch);
    };
    this.world.after(0.2, 'takes calls', hand, receiver.actor);
  }
}

/** The stream EVENTS: keeps what arrives in the order of arrival, repetitions too. */
export class SimulatedEvents {
  readonly arrived: { partition: number; position: number; payload: Buffer }[] = [];

  constructor(
    private readonly world: World,
    private readonly faults: Faults,
  ) {}

  /** One process's way to the stream: what it sends arrives in order, though perhaps not all of it. */
  publisherOf(actor: Actor): EventPublisher {
    const { world, faults } = this;
    const { random } = world;
    return {
      publish: (events: readonly PublishedEvent[]) =>
        new Promise((resolve, reject) => {
          const fails = random.chance(faults.publish_fails);
          const stored = fails ? random.between(0, events.length) : events.length;
          world.after(random.next() * faults.message_late_ms, `EVENTS takes ${stored} of ${events.length}`, () => {
            this.arrived.push(...events.slice(0, stored));
            world.after(
              random.delay(2),
              fails ? 'publishing fails' : 'events are published',
              () => (fails ? reject(new Error('not all was acknowledged')) : resolve()),
              actor,
            );
          });
        }),
    };
  }
}
