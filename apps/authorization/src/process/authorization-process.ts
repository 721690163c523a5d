import { hostname } from 'node:os';
import {
  assertAuthCallout,
  AuthCalloutMissing,
  AuthCalloutResponder,
  EventPublisher,
  OwnerClient,
  trimDecidedIntents,
  type BusConnection,
  type BusMessage,
  type NearOwner,
  type OwnerCall,
} from '#bus';
import { partitionOf, type OwnerAnswer } from '#contracts';
import type { Command } from '#domain';
import type { LogStore, Note } from '#event-log';
import type { Logger } from '#observability';
import { FIRST_ORGANIZATION, freshId } from '#security';
import { Clearing } from '../clearing/clearing.js';
import { takeIntents, type IntentParts } from '../intents/take-intents.js';
import { LeaseKeeper } from '../leases/lease-keeper.js';
import { Owner } from '../owner/owner.js';
import type { OwnerSettings } from '../owner/owner-parts.js';
import { systemClock, systemScheduler } from '../ports.js';
import { Relay } from '../relay/relay.js';
import { EventsStream } from '../relay/stream-publisher.js';
import { AgentRate } from '../requests/agent-rate.js';
import { nearOwner } from '../requests/near-owner.js';
import { takeOwnerCalls, type OwnerRequestsParts } from '../requests/owner-requests.js';
import { takeCommands } from '../requests/take-commands.js';
import { EVENTS_BETWEEN_SNAPSHOTS, SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { snapshotsDue } from '../snapshots/snapshots-due.js';
import { verifyBearer } from './verify-bearer.js';
import { ensureFirstOrganization, type FirstOrganizationSettings } from './first-organization.js';

export interface AuthorizationSettings extends OwnerSettings {
  lease_ms: number;
  agent_rate_per_second: number;
  agent_burst: number;
  first_organization?: FirstOrganizationSettings;
  nats_url: string;
  /** Signs the auth callout's answers. Absent: others answer the callout. */
  nats_issuer_seed?: string;
}

const LAPSE_EVERY_MS = 250;
/** How long a payment to another org waits at most before it is carried there. */
const CLEAR_EVERY_MS = 50;
const TRIM_EVERY_MS = 2_000;

/** Pulling of a partition's streams and answering of its requests, begun and ended as leases come and go. */
export interface PartitionedTransport {
  startPartition(partition: number, epoch: number): Promise<void>;
  stopPartition(partition: number): Promise<void>;
}

/** One authorization process on real parts: leases, owner, relay, and the three ways in. */
export class AuthorizationProcess {
  /** For callers in this process. */
  readonly near: NearOwner;
  readonly #log: LogStore;
  readonly #bus: BusConnection;
  readonly #logger: Logger;
  readonly #settings: AuthorizationSettings;
  readonly #rate: AgentRate;
  readonly #publisher: EventPublisher;
  readonly #relay: Relay;
  readonly #owner: Owner;
  readonly #leases: LeaseKeeper;
  readonly #transport: PartitionedTransport;
  readonly #clock = systemClock;
  readonly #snapshots: SnapshotKeeper;
  readonly #intentParts: IntentParts;
  readonly #requestParts: OwnerRequestsParts;
  readonly #owners: OwnerClient;
  readonly #clearing: Clearing;
  readonly #callout: AuthCalloutResponder | undefined;
  /** Resolves when it is known whether the server vouches for who publishes; intents wait for it. */
  readonly #vouched: Promise<boolean>;
  #foundOut!: (vouched: boolean) => void;
  #timers: NodeJS.Timeout[] = [];
  #watermarks: ReadonlyMap<number, number> = new Map();

  constructor(parts: {
    log: LogStore;
    bus: BusConnection;
    transport: PartitionedTransport;
    logger: Logger;
    settings: AuthorizationSettings;
    keepNote: (note: Note) => void;
  }) {
    const { log, bus, transport, logger, settings, keepNote } = parts;
    this.#log = log;
    this.#transport = transport;
    this.#vouched = new Promise((resolve) => (this.#foundOut = resolve));
    this.#bus = bus;
    this.#logger = logger;
    this.#settings = settings;
    const owner_name = `${hostname()}:${process.pid}:${freshId()}`;
    const clock = this.#clock;
    const scheduler = systemScheduler;
    const alarm = (message: string, error: unknown): void => logger.error({ err: error }, message);
    this.#snapshots = new SnapshotKeeper(logger);
    this.#rate = new AgentRate(settings.agent_rate_per_second, settings.agent_burst);
    this.#publisher = new EventPublisher(bus);
    this.#relay = new Relay({ log, publisher: new EventsStream(this.#publisher), scheduler, alarm });
    this.#owner = new Owner({
      owner_name,
      log,
      clock,
      scheduler,
      outlet: this.#relay,
      ids: { freshId },
      settings,
      lost: (partitions) => this.#leases.forget(partitions),
      epochsRaised: (epochs) => {
        for (const [partition, epoch] of epochs)
          transport
            .startPartition(partition, epoch)
            .catch((error: unknown) => alarm(`partition ${partition} is not served under its new epoch`, error));
      },
      alarm,
    });
    this.#leases = new LeaseKeeper({
      owner_name,
      log,
      owner: this.#owner,
      clock,
      scheduler,
      lease_ms: settings.lease_ms,
      gained: (partition, epoch) => this.#serve(partition, epoch),
      lost: (partition) => this.#unserve(partition),
      alarm,
    });
    this.#intentParts = {
      owner: this.#owner,
      clock,
      ids: { freshId },
      rate: this.#rate,
      reply: (subject, answer) => bus.publish(subject, answer),
      keepNote,
    };
    this.#requestParts = { owner: this.#owner, clock, rate: this.#rate };
    this.near = nearOwner(this.#requestParts, alarm);
    this.#owners = new OwnerClient(bus, { near: this.near });
    this.#clearing = new Clearing({
      partitions: () => this.#owner.partitions(),
      ask: (org, command) => this.#owners.send(org, command),
      settle: (command) => this.submit(command),
      freshId,
      now: () => this.#clock.now(),
      alarm,
    });
    if (settings.nats_issuer_seed !== undefined)
      this.#callout = new AuthCalloutResponder(bus, {
        issuer_seed: settings.nats_issuer_seed,
        verify: verifyBearer(this.#owners),
        logger,
      });
  }

  /** Intents are taken only from a server that vouches for who publishes them; else they are kept, with the reason. */
  async takeIntents(messages: readonly BusMessage[]): Promise<void> {
    if (await this.#vouched) return takeIntents(this.#intentParts, messages);
    for (const message of messages) await message.deadLetter('bus_without_auth_callout');
  }

  takeCommands(messages: readonly BusMessage[]): void {
    takeCommands({ owner: this.#owner, clock: this.#clock }, messages);
  }

  takeOwnerCalls(calls: readonly OwnerCall[]): void {
    takeOwnerCalls(this.#requestParts, calls);
  }

  get owner(): Owner {
    return this.#owner;
  }

  get relayLag(): number {
    return this.#relay.lag;
  }

  /** Claims what is free and serves it. Answers whether the admin key of the settings is one of the first org. */
  async start(): Promise<{ admin_key_let_in: boolean }> {
    await this.#leases.start();
    const let_in = await this.#openFirstOrganization();
    this.#callout?.start();
    await this.#findOutWhoVouches();
    this.#snapshots.start(() => snapshotsDue(this.#log, this.#owner.partitions().values(), EVENTS_BETWEEN_SNAPSHOTS));
    this.#timers = [
      setInterval(() => this.#owner.lapseDue(), LAPSE_EVERY_MS),
      setInterval(() => this.#clearing.look(), CLEAR_EVERY_MS),
      setInterval(() => void this.#trim(), TRIM_EVERY_MS),
    ];
    return { admin_key_let_in: let_in };
  }

  /** Takes no more, finishes what was begun, publishes what was committed, and gives the leases back. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#snapshots.stop();
    this.#callout?.stop();
    this.#clearing.stop();
    await this.#leases.stop();
    this.#owners.close();
    await this.#relay.stop();
  }

  /** One command of the process itself. */
  submit(request: Command): Promise<OwnerAnswer> {
    return new Promise((resolve) => {
      this.#owner.submit({ partition: partitionOf(request.org), request, arrived_at: Date.now(), answer: resolve });
    });
  }

  async #openFirstOrganization(): Promise<boolean> {
    const { first_organization: settings } = this.#settings;
    const mine = this.#owner.partitions().has(partitionOf(FIRST_ORGANIZATION));
    // Where another process owns the partition, it has opened the book.
    if (!settings || !mine) return false;
    await ensureFirstOrganization(settings, freshId(), (command) => this.submit(command));
    return true;
  }

  async #serve(partition: number, epoch: number): Promise<void> {
    if (!this.#watermarks.has(partition)) this.#watermarks = await this.#log.watermarks.read();
    // Read after the wait: a hold may have lapsed meanwhile, and its event is to be carried too.
    const head = this.#owner.partitions().get(partition)?.head.position ?? 0;
    this.#relay.begin(partition, this.#watermarks.get(partition) ?? 0, head);
    await this.#transport.startPartition(partition, epoch);
  }

  /** Identity on the bus is the server's word; without the auth callout anybody could publish anybody's intents (D16). */
  async #findOutWhoVouches(): Promise<void> {
    try {
      await assertAuthCallout(this.#settings.nats_url);
      this.#foundOut(true);
    } catch (error) {
      if (!(error instanceof AuthCalloutMissing)) throw error;
      this.#logger.error({ err: error }, 'payment intents are refused; calls over HTTP are not concerned');
      this.#foundOut(false);
    }
  }

  #unserve(partition: number): void {
    this.#relay.end(partition);
    // Whoever has it next publishes on: where that is this process again, it must not begin where it once began.
    this.#watermarks = new Map();
    void this.#transport
      .stopPartition(partition)
      .catch((error: unknown) =>
        this.#logger.error({ err: error, partition }, 'a partition that is no longer owned is still being pulled'),
      );
  }

  async #trim(): Promise<void> {
    await trimDecidedIntents(this.#bus).catch((error: unknown) =>
      this.#logger.warn({ err: error }, 'decided intents could not be trimmed'),
    );
  }
}
