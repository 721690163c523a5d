import {
  AppendRefusedError,
  FencedError,
  OutcomeUnknownError,
  type AppendRecord,
  type Facts,
  type FactsRequest,
  type KeptBeside,
  type LogStore,
  type MemoryLogStore,
} from '#event-log';
import type { Faults } from './faults.js';
import type { Actor, World } from './world.js';

/** A label that the database refuses to write, whatever is tried. */
export const POISON = 'poison';

export interface LogObserver {
  committed(records: readonly AppendRecord[]): void;
  violation(text: string): void;
}

/**
 * The one database as one process sees it: every call travels there and back, takes effect at one moment in between, and
 * may be late, may fail before, or after it took effect. What was sent takes effect also when its sender is gone.
 */
export class SimulatedLog implements LogStore {
  readonly leases: LogStore['leases'];
  #appending = false;

  constructor(
    private readonly database: MemoryLogStore,
    private readonly world: World,
    private readonly actor: Actor,
    private readonly faults: Faults,
    private readonly observer: LogObserver,
    /** Partitions with books; the others stay empty, and asking for them takes no time. */
    private readonly partitions: ReadonlySet<number>,
  ) {
    const { leases } = database;
    this.leases = {
      claim: (...given) => this.#call('claim', () => leases.claim(...given)),
      renew: (...given) => this.#call('renew', () => leases.renew(...given)),
      raise: (...given) => this.#call('raise', () => leases.raise(...given)),
      release: (...given) => this.#call('release', () => leases.release(...given)),
      confirm: (...given) => this.#call('confirm', () => leases.confirm(...given)),
      list: () => this.#call('list leases', () => leases.list()),
    };
  }

  async append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    if (this.#appending) this.observer.violation(`${this.actor.name} has two appends in flight`);
    this.#appending = true;
    const sent = new Map(epochs);
    try {
      return await this.#call(`append ${places(records)}`, () => this.#write(sent, records), 2);
    } catch (error) {
      if (error instanceof FencedError || error instanceof AppendRefusedError) throw error;
      throw new OutcomeUnknownError(String(error), { cause: error });
    } finally {
      this.#appending = false;
    }
  }

  loadFacts(request: FactsRequest): Promise<Facts> {
    return this.#call('load facts', () => this.database.loadFacts(request), 3);
  }
  head(partition: number): ReturnType<LogStore['head']> {
    if (!this.partitions.has(partition)) return this.database.head(partition);
    return this.#call(`head of ${partition}`, () => this.database.head(partition));
  }
  read(...given: Parameters<LogStore['read']>): ReturnType<LogStore['read']> {
    return this.#call(`read ${given.join(' ')}`, () => this.database.read(...given));
  }
  now(): Promise<number> {
    return this.#call('ask the time', () => this.database.now());
  }
  get watermarks(): LogStore['watermarks'] {
    const { watermarks } = this.database;
    return {
      advance: (...given) => this.#call(`watermark ${given.join(' ')}`, () => watermarks.advance(...given)),
      read: () => this.#call('read watermarks', () => watermarks.read()),
    };
  }
  get checkpoints(): LogStore['checkpoints'] {
    return this.database.checkpoints;
  }
  get snapshots(): LogStore['snapshots'] {
    return this.database.snapshots;
  }
  addressEvents(...given: Parameters<LogStore['addressEvents']>): ReturnType<LogStore['addressEvents']> {
    return this.database.addressEvents(...given);
  }
  lookUpIndex(...given: Parameters<LogStore['lookUpIndex']>): ReturnType<LogStore['lookUpIndex']> {
    return this.database.lookUpIndex(...given);
  }
  countIndexRows(...given: Parameters<LogStore['countIndexRows']>): ReturnType<LogStore['countIndexRows']> {
    return this.database.countIndexRows(...given);
  }
  async close(): Promise<void> {}

  async #write(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    if (records.some(({ payload }) => payload.includes(POISON)))
      throw new AppendRefusedError('22021', 'a value that cannot be stored');
    const kept = await this.database.append(epochs, records);
    this.observer.committed(records);
    return kept;
  }

  /** Most likely where it matters most: while the owner finds out whether its append was written. */
  #fallAsleep(name: string): void {
    const { world, actor, faults } = this;
    if (actor.paused || !world.random.chance(faults.falls_asleep * (name.startsWith('raise') ? 30 : 1))) return;
    world.note(`${actor.name} falls asleep`);
    world.pause(actor);
    world.after(world.random.between(3_200, 8_000), `${actor.name} wakes`, () => world.resume(actor));
  }

  #call<Result>(name: string, effect: () => Promise<Result>, faulty = 1): Promise<Result> {
    const { world, actor, faults } = this;
    const { random } = world;
    const fails = random.chance(faults.call_fails * faulty);
    // What its sender has given up may still arrive, at the worst of moments.
    const stray = fails && random.chance(0.5) ? random.between(1, 25) : 0;
    const there = stray + random.delay(2) + (random.chance(faults.call_slow) ? random.between(500, 6_000) : 0);
    const back = random.delay(2) + (random.chance(faults.call_slow) ? random.between(500, 6_000) : 0);
    const arrives = !fails || random.chance(0.5);
    return new Promise((resolve, reject) => {
      const failed = (why: string): void => reject(new Error(why));
      if (world.now < faults.database_away_until)
        return void world.after(there, `${name} fails: no database`, () => failed('no database'), actor);
      if (fails) {
        // The sender gives up at some time: before the statement takes effect, or after.
        const gives_up = random.next() * (there - stray + back) * 2;
        world.after(gives_up, `${name} fails`, () => failed('the connection was cut'), actor);
      }
      if (!arrives) return;
      const arrive = (): void => {
        if (world.now < faults.database_away_until) {
          if (!fails) world.after(back, `${name} fails: no database`, () => failed('no database'), actor);
          return;
        }
        this.#fallAsleep(name);
        effect().then(
          (result) => {
            if (!fails) world.after(back, `${name} is answered`, () => resolve(result), actor);
          },
          (error: Error) => {
            if (!fails) world.after(back, `${name} is refused`, () => reject(error), actor);
          },
        );
      };
      world.after(there, `database: ${name} of ${actor.name}`, arrive);
    });
  }
}

function places(records: readonly AppendRecord[]): string {
  const first = records[0];
  return first ? `${first.partition}:${first.position}+${records.length}` : 'nothing';
}
