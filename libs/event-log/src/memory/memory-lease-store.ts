import { PARTITION_COUNT } from '#contracts';
import type { Lease, LeaseStore } from '../store.js';

export class MemoryLeaseStore implements LeaseStore {
  readonly #leases: Lease[] = Array.from({ length: PARTITION_COUNT }, (_, partition) => ({
    partition,
    owner: '',
    epoch: 0,
    expires_at: 0,
  }));

  constructor(private readonly now: () => number) {}

  isAt(partition: number, epoch: number | undefined): boolean {
    return epoch !== undefined && this.#leases[partition]?.epoch === epoch;
  }

  async claim(owner: string, partitions: readonly number[], lease_ms: number): Promise<Map<number, number>> {
    if (owner === '') throw new Error('an owner needs a name');
    const now = this.now();
    const free = this.#leases.filter((lease) => partitions.includes(lease.partition) && lease.expires_at <= now);
    for (const lease of free) Object.assign(lease, { owner, epoch: lease.epoch + 1, expires_at: now + lease_ms });
    return epochsOf(free);
  }

  async renew(owner: string, epochs: ReadonlyMap<number, number>, lease_ms: number): Promise<Set<number>> {
    const mine = this.#mine(owner, epochs);
    for (const lease of mine) lease.expires_at = this.now() + lease_ms;
    return new Set(mine.map((lease) => lease.partition));
  }

  async raise(owner: string, epochs: ReadonlyMap<number, number>): Promise<Map<number, number>> {
    const mine = this.#mine(owner, epochs);
    for (const lease of mine) lease.epoch += 1;
    return epochsOf(mine);
  }

  async release(owner: string, epochs: ReadonlyMap<number, number>): Promise<void> {
    for (const lease of this.#mine(owner, epochs)) {
      Object.assign(lease, { owner: '', epoch: lease.epoch + 1, expires_at: 0 });
    }
  }

  async confirm(epochs: ReadonlyMap<number, number>): Promise<Set<number>> {
    const now = this.now();
    const standing = this.#at(epochs).filter((lease) => lease.expires_at > now);
    return new Set(standing.map((lease) => lease.partition));
  }

  async list(): Promise<Lease[]> {
    return this.#leases.map((lease) => ({ ...lease }));
  }

  #at(epochs: ReadonlyMap<number, number>): Lease[] {
    return this.#leases.filter((lease) => epochs.get(lease.partition) === lease.epoch);
  }

  #mine(owner: string, epochs: ReadonlyMap<number, number>): Lease[] {
    return this.#at(epochs).filter((lease) => lease.owner === owner);
  }
}

function epochsOf(leases: readonly Lease[]): Map<number, number> {
  return new Map(leases.map((lease) => [lease.partition, lease.epoch]));
}
