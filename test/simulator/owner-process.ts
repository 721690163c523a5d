import type { BusMessage } from '#bus';
import { encodeOwnerRequest, partitionOf, type OwnerAnswer, type OwnerResponse } from '#contracts';
import type { Command } from '#domain';
import type { MemoryLogStore } from '#event-log';
import { takeIntents } from '../../apps/authorization/src/intents/take-intents.js';
import { Clearing } from '../../apps/authorization/src/clearing/clearing.js';
import { LeaseKeeper } from '../../apps/authorization/src/leases/lease-keeper.js';
import { Owner } from '../../apps/authorization/src/owner/owner.js';
import type { OwnerSettings } from '../../apps/authorization/src/owner/owner-parts.js';
import type { Clock, Scheduler } from '../../apps/authorization/src/ports.js';
import { Relay } from '../../apps/authorization/src/relay/relay.js';
import { AgentRate } from '../../apps/authorization/src/requests/agent-rate.js';
import { takeOwnerCalls, type OwnerCallLike } from '../../apps/authorization/src/requests/owner-requests.js';
import { takeCommands } from '../../apps/authorization/src/requests/take-commands.js';
import type { Faults } from './faults.js';
import type { Receiver, SimulatedCalls, SimulatedEvents, SimulatedStream } from './simulated-bus.js';
import { SimulatedLog, type LogObserver } from './simulated-log.js';
import { Actor, type World } from './world.js';

export interface Surroundings {
  world: World;
  database: MemoryLogStore;
  faults: Faults;
  intents: SimulatedStream;
  commands: SimulatedStream;
  calls: SimulatedCalls;
  events: SimulatedEvents;
  observer: LogObserver;
  /** Those with books in them. */
  partitions: ReadonlySet<number>;
  /** Takes an answer to where its intent's publisher listens. */
  readonly reply: (subject: string, answer: string) => void;
  readonly freshId: () => string;
  settings: OwnerSettings & { lease_ms: number; agent_rate_per_second: number; agent_burst: number };
}

const LAPSE_EVERY_MS = 1_000;
const CLEAR_EVERY_MS = 300;
const CLEARING_ANSWERS_WITHIN_MS = 2_000;

/** One run of one authorization process: the real owner, leases, relay and ways in, on simulated surroundings. */
export class OwnerProcess implements Receiver {
  readonly actor: Actor;
  readonly owner: Owner;
  readonly relay: Relay;
  readonly alarms: string[] = [];
  readonly #leases: LeaseKeeper;
  readonly #log: SimulatedLog;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #rate: AgentRate;
  readonly #clearing: Clearing;
  #stopping = false;

  constructor(
    name: string,
    /** How far its clock is off. */
    public clock_offset_ms: number,
    private readonly surroundings: Surroundings,
  ) {
    const { world, database, faults, observer, partitions, settings, events, freshId } = surroundings;
    const actor = (this.actor = new Actor(name));
    this.#clock = { now: () => Math.floor(world.now + this.clock_offset_ms) };
    this.#scheduler = {
      after: (delay_ms, task) => world.after(delay_ms, 'a timer', task, actor),
      soon: (task) => void world.after(0.05, 'soon', task, actor),
    };
    const alarm = (message: string, error: unknown): void => {
      this.alarms.push(`${message}: ${String(error)}`);
      world.note(`${name} ALARM ${message}: ${String(error)}`);
    };
    this.#log = new SimulatedLog(database, world, actor, faults, observer, partitions);
    this.#rate = new AgentRate(settings.agent_rate_per_second, settings.agent_burst);
    const clock = this.#clock;
    const scheduler = this.#scheduler;
    this.relay = new Relay({ log: this.#log, publisher: events.publisherOf(actor), scheduler, alarm });
    this.owner = new Owner({
      owner_name: name,
      log: this.#log,
      clock,
      scheduler,
      outlet: this.relay,
      ids: { freshId },
      settings,
      lost: (partitions) => this.#leases.forget(partitions),
      epochsRaised: (epochs) => {
        for (const [partition, epoch] of epochs) surroundings.calls.own(partition, epoch, this);
      },
      alarm,
    });
    this.#leases = new LeaseKeeper({
      owner_name: name,
      log: this.#log,
      owner: this.owner,
      clock,
      scheduler,
      lease_ms: settings.lease_ms,
      gained: (partition, epoch) => this.#serve(partition, epoch),
      lost: (partition) => this.#unserve(partition),
      alarm,
    });
    this.#clearing = new Clearing({
      partitions: () => this.owner.partitions(),
      ask: (org, command) => this.#askBook(org, command),
      settle: (request) =>
        new Promise((answer) => {
          const partition = partitionOf(request.org);
          this.owner.submit({ partition, request, arrived_at: clock.now(), answer });
        }),
      freshId,
      now: () => clock.now(),
      alarm,
    });
  }

  start(): void {
    void this.#leases.start();
    this.#lapse();
    this.#clear();
  }

  /** As a stop for a deploy: gives everything back in order. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#clearing.stop();
    const stopped = async (): Promise<void> => {
      await this.#leases.stop();
      await this.relay.stop();
      this.surroundings.world.end(this.actor);
    };
    stopped().catch((error: unknown) => this.alarms.push(`stopping failed: ${String(error)}`));
  }

  messages(stream: SimulatedStream, batch: BusMessage[]): void {
    const { intents, reply, freshId } = this.surroundings;
    const parts = { owner: this.owner, clock: this.#clock, rate: this.#rate };
    if (stream === intents) takeIntents({ ...parts, ids: { freshId }, reply }, batch);
    else takeCommands(parts, batch);
  }

  calls(batch: OwnerCallLike[]): void {
    takeOwnerCalls({ owner: this.owner, clock: this.#clock, rate: this.#rate }, batch);
  }

  #lapse(): void {
    if (this.#stopping) return;
    this.owner.lapseDue();
    this.#scheduler.after(LAPSE_EVERY_MS, () => this.#lapse());
  }

  #clear(): void {
    if (this.#stopping) return;
    this.#clearing.look();
    this.#scheduler.after(CLEAR_EVERY_MS, () => this.#clear());
  }

  /** Asks another book once; what is lost on the way is told as not known, and the process hears it only while it lives. */
  #askBook(org: string, command: Command): Promise<OwnerAnswer> {
    const { calls, world } = this.surroundings;
    const partition = partitionOf(org);
    const epoch = calls.resolve(partition);
    return new Promise((resolve) => {
      const silent = (): void => resolve({ kind: 'unavailable', code: 'outcome_unknown' });
      this.#scheduler.after(epoch === undefined ? 0 : CLEARING_ANSWERS_WITHIN_MS, silent);
      if (epoch === undefined) return;
      const text = encodeOwnerRequest({ commands: [command] });
      calls.ask(partition, epoch, { text, again: text }, (response) => {
        const answer = (JSON.parse(response) as OwnerResponse).answers[0]!;
        world.after(0, 'another book has answered', () => resolve(answer), this.actor);
      });
    });
  }

  /** As the process on real parts does it. */
  async #serve(partition: number, epoch: number): Promise<void> {
    const { calls, intents, commands } = this.surroundings;
    if (!this.surroundings.partitions.has(partition)) return;
    const watermarks = await this.#log.watermarks.read();
    const head = this.owner.partitions().get(partition)?.head.position ?? 0;
    this.relay.begin(partition, watermarks.get(partition) ?? 0, head);
    calls.own(partition, epoch, this);
    intents.pull(partition, this);
    commands.pull(partition, this);
  }

  #unserve(partition: number): void {
    const { calls, intents, commands } = this.surroundings;
    calls.release(partition, this);
    this.relay.end(partition);
    intents.leave(partition, this);
    commands.leave(partition, this);
  }
}
