import { PARTITION_COUNT } from '#contracts';
import { assertHeadsStand, type LogStore } from '#event-log';
import type { Clock, Scheduler } from '../ports.js';
import type { Owner } from '../owner/owner.js';
import { loadFromSnapshot } from '../snapshots/load-from-snapshot.js';

export interface LeaseKeeperParts {
  owner_name: string;
  log: LogStore;
  owner: Owner;
  clock: Clock;
  scheduler: Scheduler;
  lease_ms: number;
  /** Told when a partition can be served, and when it no longer is. */
  gained(partition: number, epoch: number): Promise<void> | void;
  lost(partition: number): void;
  alarm: (message: string, error: unknown) => void;
}

/** An owner whose clock is further off than this from the database's refuses (D5). */
const CLOCK_SKEW_MAXIMUM_MS = 1_000;
const ALL = Array.from({ length: PARTITION_COUNT }, (_, index) => index);

/**
 * Keeps leases: claims what is free, loads it, renews what is held three times in a lease, and gives all back at the end.
 * A second process that finds nothing free stands by, and takes over what is not renewed.
 */
export class LeaseKeeper {
  readonly #parts: LeaseKeeperParts;
  #cancel: (() => void) | undefined;
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();
  /** Until when the leases hold without another renewal, by the own clock. */
  #held_until = 0;

  constructor(parts: LeaseKeeperParts) {
    this.#parts = parts;
  }

  /** Claims and loads what is free now; resolves when that is being served. */
  async start(): Promise<void> {
    await this.#takeTurn();
  }

  /** Ends keeping and releases everything, so that another process need not wait for the leases to run out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#turn;
    const { owner, log, owner_name } = this.#parts;
    for (const partition of this.#epochs().keys()) this.#parts.lost(partition);
    await owner.stop();
    // As they are now: finishing the last appends may have raised them.
    const epochs = this.#epochs();
    owner.abandon([...epochs.keys()]);
    if (epochs.size > 0) await log.leases.release(owner_name, epochs);
  }

  /** The owner found out by itself that partitions are another's. */
  forget(partitions: readonly number[]): void {
    for (const partition of partitions) this.#parts.lost(partition);
  }

  #takeTurn(): Promise<void> {
    this.#turn = this.#once().catch((error: unknown) => this.#afterFailure(error));
    return this.#turn.finally(() => {
      if (this.#stopped) return;
      this.#cancel = this.#parts.scheduler.after(this.#parts.lease_ms / 3, () => void this.#takeTurn());
    });
  }

  async #once(): Promise<void> {
    const { log, clock, owner_name, lease_ms } = this.#parts;
    const asked_at = clock.now();
    const skew = Math.abs((await log.now()) - clock.now());
    // The answer's way counts into the difference; a slow answer alone is no skew.
    if (skew > CLOCK_SKEW_MAXIMUM_MS + (clock.now() - asked_at))
      return this.#giveUp(`the clock is ${skew} ms off the database's`);
    await this.#renew();
    const mine = this.#parts.owner.partitions();
    const others = ALL.filter((partition) => !mine.has(partition));
    if (others.length === 0 || this.#stopped) return;
    const claimed = await log.leases.claim(owner_name, others, lease_ms);
    if (claimed.size === 0) return;
    this.#held_until = Math.max(this.#held_until, asked_at + lease_ms);
    await this.#load(claimed);
  }

  async #renew(): Promise<void> {
    const { log, clock, owner_name, lease_ms, owner } = this.#parts;
    const epochs = this.#epochs();
    if (epochs.size === 0) return;
    const asked_at = clock.now();
    const held = await log.leases.renew(owner_name, epochs, lease_ms);
    this.#held_until = asked_at + lease_ms;
    const gone = [...epochs.keys()].filter((partition) => {
      const owned = owner.partitions().get(partition);
      // An epoch that the owner raised meanwhile, or is raising now, is not another's.
      return owned && !held.has(partition) && owned.epoch === epochs.get(partition) && !owned.raising;
    });
    this.#drop(gone);
  }

  /** Loads the claimed partitions while leases go on being renewed: a long replay must not lose them. */
  async #load(claimed: ReadonlyMap<number, number>): Promise<void> {
    const { log, owner, owner_name } = this.#parts;
    for (const [partition, epoch] of claimed) {
      if (this.#stopped) {
        await log.leases.release(owner_name, new Map([[partition, epoch]]));
        continue;
      }
      try {
        await this.#beat(claimed);
        await assertHeadsStand(log, [partition]);
        const owned = await loadFromSnapshot(log, partition, epoch, {
          between_pages: () => this.#beat(claimed),
          passed_over: (error) =>
            this.#parts.alarm(`the snapshot of partition ${partition} is not used; all of it is replayed`, error),
        });
        owner.adopt(owned);
        await this.#parts.gained(partition, epoch);
      } catch (error) {
        this.#parts.alarm(`partition ${partition} cannot be served`, error);
        // Under whatever epoch it came to have; what cannot be given back runs out.
        const owned = owner.partitions().get(partition);
        this.#drop([partition]);
        await log.leases
          .release(owner_name, new Map([[partition, owned?.epoch ?? epoch]]))
          .catch((failure: unknown) => this.#parts.alarm(`partition ${partition} cannot be given back`, failure));
      }
    }
  }

  /** Renews while a long load is under way, called between its pages. */
  async #beat(claimed: ReadonlyMap<number, number>): Promise<void> {
    const { log, clock, owner_name, lease_ms } = this.#parts;
    const now = clock.now();
    if (now < this.#held_until - (lease_ms * 2) / 3) return;
    await log.leases.renew(owner_name, new Map([...claimed, ...this.#epochs()]), lease_ms);
    this.#held_until = now + lease_ms;
  }

  #afterFailure(error: unknown): void {
    this.#parts.alarm('leases could not be kept', error);
    // Without a renewal another process may own these by now: stop answering before the lease is over.
    if (this.#parts.clock.now() >= this.#held_until) this.#drop([...this.#epochs().keys()]);
  }

  #giveUp(reason: string): void {
    this.#parts.alarm('nothing is decided for now', new Error(reason));
    this.#drop([...this.#epochs().keys()]);
  }

  #drop(partitions: readonly number[]): void {
    if (partitions.length === 0) return;
    this.#parts.owner.abandon(partitions);
    this.forget(partitions);
  }

  #epochs(): Map<number, number> {
    return new Map([...this.#parts.owner.partitions()].map(([partition, owned]) => [partition, owned.epoch]));
  }
}
