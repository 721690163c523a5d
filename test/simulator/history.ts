import { dumpBook } from '#testing';
import { MemoryLogStore, type AppendRecord } from '#event-log';
import { loadPartition } from '../../apps/authorization/src/leases/load-partition.js';
import { checkHistory } from './check-history.js';
import { noFaults, type Faults } from './faults.js';
import { OwnerProcess, type Surroundings } from './owner-process.js';
import type { PlainBook } from './plain-book.js';
import { Random } from './random.js';
import { SimulatedCalls, SimulatedEvents, SimulatedStream } from './simulated-bus.js';
import { World } from './world.js';
import { makeWish, openBook, Workload } from './workload/index.js';

export interface HistoryReport {
  seed: number;
  steps: number;
  events: number;
  operations: number;
  takeovers: number;
  fingerprint: number;
  alarms: readonly string[];
}

/** A promise that a history broke, with the seed that shows it again and the last steps before it was noticed. */
export class HistoryFailed extends Error {
  constructor(
    readonly seed: number,
    trace: readonly string[],
    override readonly cause: unknown,
  ) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${seed}: ${what}\n\nThe last steps:\n${trace.join('\n')}`);
  }
}

/** 30 s before midnight, so that windows roll in the middle of things. */
const STARTED_AT = Date.UTC(2026, 2, 4, 23, 59, 30);
const SETTLES_WITHIN_MS = 180_000;
/** Longer than any hold lives and any outcome is waited for. */
const HOLDS_END_MS = 35_000;

export interface HistoryOptions {
  /** Told of every step. */
  onNote?: (line: string) => void;
  /** Another database than the one that does as it says: to see that this is noticed. */
  openDatabase?: (now: () => number) => MemoryLogStore;
}

/** One history from its seed: some minutes of simulated time under faults, then rest, then everything is checked. */
export async function runHistory(seed: number, options: HistoryOptions = {}): Promise<HistoryReport> {
  const history = new History(seed, options.openDatabase ?? ((now) => new MemoryLogStore({ now })));
  history.world.onNote = options.onNote;
  try {
    return await history.run();
  } catch (error) {
    throw new HistoryFailed(seed, history.world.trace, error);
  }
}

class History {
  readonly world: World;
  readonly #random: Random;
  readonly #faults: Faults = noFaults();
  readonly #database: MemoryLogStore;
  readonly #surroundings: Surroundings;
  readonly #workloads: Workload[];
  readonly #slots: (OwnerProcess | undefined)[];
  readonly #runs: OwnerProcess[] = [];
  readonly #committed_at = new Map<string, number>();
  readonly #violations: string[] = [];
  readonly #partitions = new Set<number>();
  #ids = 0;
  #restless = true;

  constructor(
    readonly seed: number,
    openDatabase: (now: () => number) => MemoryLogStore,
  ) {
    const random = (this.#random = new Random(seed));
    const world = (this.world = new World(random, STARTED_AT));
    const faults = this.#faults;
    this.#database = openDatabase(() => Math.floor(world.now));
    const calls = new SimulatedCalls(world, faults);
    this.#surroundings = {
      world,
      database: this.#database,
      faults,
      intents: new SimulatedStream('INTENTS', world, faults),
      commands: new SimulatedStream('COMMANDS', world, faults),
      calls,
      events: new SimulatedEvents(world, faults),
      observer: {
        committed: (records) => this.#committed(records),
        violation: (text) => void this.#violations.push(text),
      },
      reply: (subject, text) => calls.reply(() => this.#receive(subject, text)),
      freshId: () => this.#freshId(),
      partitions: this.#partitions,
      settings: {
        hold_ms: 15_000,
        dispatch_timeout_ms: 5_000,
        approval_ms: 20_000,
        approvals_pending_maximum: 5,
        cycle_works_maximum: random.pick([3, 20, 1_000]),
        intake_maximum: random.pick([4, 1_000]),
        lease_ms: 3_000,
        agent_rate_per_second: 40,
        agent_burst: random.pick([5, 1_000]),
      },
    };
    const workloads: Workload[] = (this.#workloads = []);
    for (let left = random.pick([1, 2, 2, 2, 3]); left > 0; left--) {
      const beside = random.chance(0.4) ? workloads[0] : undefined;
      workloads.push(new Workload(workloads.length, this.#surroundings, workloads, beside));
    }
    for (const { partition } of this.#workloads) this.#partitions.add(partition);
    this.#slots = new Array<OwnerProcess | undefined>(random.between(2, 3)).fill(undefined);
  }

  async run(): Promise<HistoryReport> {
    const { world } = this;
    for (const slot of this.#slots.keys()) this.#start(slot);
    let opened = 0;
    for (const workload of this.#workloads) openBook(workload, () => (opened += 1));
    await world.runUntil(world.now + SETTLES_WITHIN_MS, () => opened === this.#workloads.length);
    if (opened < this.#workloads.length) throw new Error('the books could not be opened');
    this.#unrest();
    await world.runUntil(world.now + this.#random.between(15_000, 45_000));
    await this.#comeToRest();
    await this.#check();
    return {
      seed: this.seed,
      steps: world.steps,
      events: this.#committed_at.size,
      operations: this.#workloads.reduce((sum, { operations }) => sum + operations.length, 0),
      takeovers: this.#runs.length - this.#slots.length,
      fingerprint: world.fingerprint,
      alarms: this.#runs.flatMap(({ alarms }) => alarms),
    };
  }

  #start(slot: number): void {
    // One of them has a good clock, or nobody might decide anything.
    const offset = slot > 0 && this.#random.chance(0.08) ? 1_500 : this.#random.between(-450, 450);
    const process = new OwnerProcess(
      `owner ${slot}.${this.#runs.length}`,
      this.#restless ? offset : 0,
      this.#surroundings,
    );
    this.#slots[slot] = process;
    this.#runs.push(process);
    process.start();
  }

  /** Wishes come singly and in bursts; processes end, sleep and come back; the database and the network have bad days. */
  #unrest(): void {
    const { world } = this;
    const random = this.#random;
    const severity = random.pick([0, 0.3, 1, 2]);
    Object.assign(this.#faults, {
      call_fails: 0.01 * severity,
      call_slow: 0.004 * severity,
      falls_asleep: 0.002 * severity,
      message_lost: 0.04 * severity,
      message_twice: 0.05 * severity,
      message_late_ms: random.pick([3, 30, 300]),
      publish_fails: 0.05 * severity,
    } satisfies Partial<Faults>);
    const wishes = (): void => {
      if (!this.#restless) return;
      const burst = random.chance(0.1) ? random.between(5, 25) : 1;
      for (let wish = 0; wish < burst; wish++) makeWish(random.pick(this.#workloads));
      world.after(random.between(50, 1_200), 'somebody wishes something', wishes);
    };
    wishes();
    if (severity === 0) return;
    const trouble = (): void => {
      if (!this.#restless) return;
      this.#trouble();
      world.after(random.between(500, 9_000) / severity, 'trouble', trouble);
    };
    world.after(random.between(0, 4_000), 'trouble', trouble);
  }

  #trouble(): void {
    const { world } = this;
    const random = this.#random;
    const slot = random.between(0, this.#slots.length - 1);
    const process = this.#slots[slot];
    const kind = random.pick(['end', 'end', 'sleep', 'sleep', 'stop', 'database']);
    if (kind === 'database') {
      this.#faults.database_away_until = world.now + random.between(100, 5_000);
      return world.note('the database is away');
    }
    if (!process || process.actor.ended) return;
    if (kind === 'sleep') {
      if (process.actor.paused) return;
      world.note(`${process.actor.name} sleeps`);
      world.pause(process.actor);
      world.after(random.between(200, 9_000), `${process.actor.name} wakes`, () => world.resume(process.actor));
      return;
    }
    world.note(`${process.actor.name} ${kind === 'end' ? 'is killed' : 'is asked to stop'}`);
    if (kind === 'end') world.end(process.actor);
    else process.stop();
    world.after(random.between(100, 6_000), `slot ${slot} starts anew`, () => {
      if (this.#slots[slot] === process) this.#start(slot);
    });
  }

  /** Faults end, everybody wakes, and after a while nobody waits for anything. */
  async #comeToRest(): Promise<void> {
    const { world } = this;
    this.#restless = false;
    Object.assign(this.#faults, noFaults());
    world.note('faults end');
    for (const [slot, process] of this.#slots.entries()) {
      if (!process) continue;
      world.resume(process.actor);
      process.clock_offset_ms = 0;
      if (process.actor.ended) this.#start(slot);
    }
    const { intents, commands } = this.#surroundings;
    const calm = (): boolean =>
      intents.waiting + commands.waiting + this.#inClearing === 0 &&
      this.#workloads.every(({ operations }) => operations.every(({ done }) => done));
    await world.runUntil(world.now + SETTLES_WITHIN_MS, calm);
    if (!calm()) throw new Error(`it does not come to rest: ${this.#whoWaits()}`);
    await world.runUntil(world.now + HOLDS_END_MS);
    if (!calm()) throw new Error(`it does not stay at rest: ${this.#whoWaits()}`);
  }

  #whoWaits(): string {
    const waiting = this.#workloads.flatMap(({ unanswered }) => unanswered.map(({ name }) => name));
    const { intents, commands } = this.#surroundings;
    const left = `${intents.waiting} intents, ${commands.waiting} commands and ${this.#inClearing} in clearing are left`;
    return `${waiting.join(', ') || 'nobody'} waits; ${left}`;
  }

  /** How many payments and refunds are on their way between books, as whoever lives remembers it. */
  get #inClearing(): number {
    let open = 0;
    for (const process of this.#slots)
      if (process && !process.actor.ended)
        for (const { books } of process.owner.partitions().values())
          for (const { base } of books.values()) open += base.clearings.size + base.returns.size;
    return open;
  }

  async #check(): Promise<void> {
    const { events, commands } = this.#surroundings;
    const books = await checkHistory({
      database: this.#database,
      events,
      commands,
      workloads: this.#workloads,
      committed_at: this.#committed_at,
    });
    for (const workload of this.#workloads) await this.#checkMemory(workload, books.get(workload.org)!);
    if (this.#violations.length > 0) throw new Error(this.#violations[0]);
    const unexpected = this.#runs
      .flatMap(({ alarms }) => alarms)
      .find((alarm) => /no answer for|unforeseen|could not be sent|stays in clearing/.test(alarm));
    if (unexpected) throw new Error(`an alarm that should never be: ${unexpected}`);
  }

  /** The owner's memory is the fold of the log, and both are what the plain book says. */
  async #checkMemory(workload: Workload, plain: PlainBook): Promise<void> {
    const { partition, org } = workload;
    const owners = this.#slots.filter((process) => process?.owner.partitions().has(partition) && !process.actor.ended);
    if (owners.length !== 1) throw new Error(`partition ${partition} has ${owners.length} owners at rest`);
    const owned = owners[0]!.owner.partitions().get(partition)!;
    const live = owned.books.get(org)!.base;
    const replayed = (await loadPartition(this.#database, partition, owned.epoch)).books.get(org)!.base;
    if (dumpBook(live) !== dumpBook(replayed))
      throw new Error(`D4: the owner's book of ${org} is not the fold of the log`);
    for (const wallet of live.wallets.values()) {
      const same =
        wallet.available === (plain.accounts.get(wallet.id) ?? 0n) &&
        wallet.held === (plain.accounts.get(`${wallet.id}:held`) ?? 0n);
      if (!same) throw new Error(`D1: the wallet ${wallet.id} is not the sum of its postings`);
    }
    for (const session of live.sessions.values())
      if (session.spent + session.held + session.carved !== plain.used(session.id))
        throw new Error(`A4: the session ${session.id} has not used what its payments say`);
    for (const session of plain.overdue) throw new Error(`B1: the session ${session.id} keeps what it carved out`);
    for (const payment of plain.open)
      if (payment.status !== 'unknown') throw new Error(`B1: the hold of ${payment.id} has not ended`);
  }

  #committed(records: readonly AppendRecord[]): void {
    for (const { partition, position } of records) this.#committed_at.set(`${partition}:${position}`, this.world.now);
  }

  #receive(subject: string, text: string): void {
    const [, org, , name, sent_at] = subject.split('.');
    this.#workloads.find((workload) => workload.org === org)?.receive(name!, text, Number(sent_at));
  }

  #freshId(): string {
    this.#ids += 1;
    const random = Math.floor(this.#random.next() * 0xffffffff)
      .toString(16)
      .padStart(8, '0');
    return `0190${random}7000800${this.#ids.toString(16).padStart(13, '0')}`;
  }
}
