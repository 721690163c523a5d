import { addressText, firstPositionsOf, hexOfId, paymentHex } from '../append-rules.js';
import { genesisHash } from '../chain.js';
import { AppendRefusedError, FencedError } from '../errors.js';
import { isStorableText } from '../storable-text.js';
import {
  ADDRESS_EVENTS_MAXIMUM,
  NOTHING_BESIDE,
  READ_PAGE_MAXIMUM,
  type AppendRecord,
  type Facts,
  type FactsRequest,
  type FoundIndexRows,
  type IndexRequest,
  type IndexRows,
  type KeptBeside,
  type LogHead,
  type LoggedEvent,
  type LogStore,
} from '../store.js';
import { MemoryCheckpointStore, MemoryWatermarkStore } from './memory-checkpoint-store.js';
import { MemoryLeaseStore } from './memory-lease-store.js';
import { MemorySnapshotStore } from './memory-snapshot-store.js';

/**
 * The log in memory, for the simulator and for tests of what stands above it. One instance is one database: all simulated
 * processes share it, and it outlives them. Nothing in it waits, so every call takes effect when it is made.
 */
export class MemoryLogStore implements LogStore {
  readonly leases: MemoryLeaseStore;
  readonly checkpoints = new MemoryCheckpointStore();
  readonly watermarks = new MemoryWatermarkStore();
  readonly snapshots = new MemorySnapshotStore();
  readonly #clock: () => number;
  readonly #partitions = new Map<number, LoggedEvent[]>();
  readonly #keys = new Map<string, LoggedEvent>();
  readonly #payments = new Map<string, LoggedEvent[]>();
  readonly #addresses = new Map<string, { time: number; event: LoggedEvent }[]>();

  constructor(options: { now?: () => number } = {}) {
    this.#clock = options.now ?? Date.now;
    this.leases = new MemoryLeaseStore(this.#clock);
  }

  async append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    const firstPositions = firstPositionsOf(records);
    const lost = [...firstPositions.keys()].filter((one) => !this.leases.isAt(one, epochs.get(one)));
    if (lost.length > 0) throw new FencedError(lost);
    for (const [partition, first] of firstPositions) this.#refuseMisplaced(partition, first);
    this.#refuseBadIndexRows(records);
    for (const record of records) this.#insert(record);
    return NOTHING_BESIDE;
  }

  async loadFacts(request: FactsRequest): Promise<Facts> {
    return {
      keys: request.keys.map(({ partition, scope, key }) => this.#keys.get(keyName(partition, scope, key))),
      payments: request.payments.map((id) => [...(this.#payments.get(hexOfId(id) ?? '') ?? [])].sort(byPlace)),
    };
  }

  async head(partition: number): Promise<LogHead> {
    const last = this.#partitions.get(partition)?.at(-1);
    return last ? { position: last.position, hash: last.hash } : { position: 0, hash: genesisHash(partition) };
  }

  async read(partition: number, after: number, upTo: number): Promise<LoggedEvent[]> {
    return (this.#partitions.get(partition) ?? []).slice(after, Math.min(upTo, after + READ_PAGE_MAXIMUM));
  }

  async addressEvents(addresses: readonly string[]): Promise<LoggedEvent[][]> {
    return addresses.map((address) =>
      (this.#addresses.get(address) ?? [])
        .toSorted((a, b) => b.time - a.time || byPlace(b.event, a.event))
        .slice(0, ADDRESS_EVENTS_MAXIMUM)
        .map(({ event }) => event),
    );
  }

  async lookUpIndex(request: IndexRequest): Promise<FoundIndexRows> {
    return {
      keys: request.keys.map(({ partition, scope, key }) => this.#keys.get(keyName(partition, scope, key))?.position),
      payments: request.payments.map(({ partition, position, payment_id }) =>
        (this.#payments.get(hexOfId(payment_id) ?? '') ?? []).some(
          (event) => event.partition === partition && event.position === position,
        ),
      ),
      addresses: request.addresses.map(({ partition, position, address, time }) =>
        (this.#addresses.get(address) ?? []).some(
          (row) => row.time === time && row.event.partition === partition && row.event.position === position,
        ),
      ),
    };
  }

  async countIndexRows(upTo: ReadonlyMap<number, number>): Promise<Map<number, IndexRows>> {
    const counts = new Map([...upTo.keys()].map((partition) => [partition, { keys: 0, payments: 0, addresses: 0 }]));
    const counted = ({ partition, position }: LoggedEvent) =>
      position <= (upTo.get(partition) ?? 0) ? counts.get(partition) : undefined;
    for (const event of this.#keys.values()) {
      const count = counted(event);
      if (count) count.keys++;
    }
    for (const event of [...this.#payments.values()].flat()) {
      const count = counted(event);
      if (count) count.payments++;
    }
    for (const { event } of [...this.#addresses.values()].flat()) {
      const count = counted(event);
      if (count) count.addresses++;
    }
    return counts;
  }

  async now(): Promise<number> {
    return this.#clock();
  }

  async close(): Promise<void> {}

  #refuseMisplaced(partition: number, first: number): void {
    const last = this.#partitions.get(partition)?.length ?? 0;
    if (first > last + 1)
      throw new AppendRefusedError('gap', `position ${first} of partition ${partition} after ${last}`);
    if (first <= last) throw new AppendRefusedError('23505', `position ${first} of partition ${partition} is taken`);
  }

  #refuseBadIndexRows(records: readonly AppendRecord[]): void {
    const bound = new Set<string>();
    for (const record of records) {
      if (record.payment_id !== undefined) paymentHex(record);
      if (record.address) addressText(record);
      if (!record.key) continue;
      const { scope, key } = record.key;
      if (![scope, key].every((text) => text.length > 0 && text.length <= 255 && isStorableText(text))) {
        throw new AppendRefusedError('bad_record', 'a key and its scope have 1 to 255 characters');
      }
      const name = keyName(record.partition, scope, key);
      if (this.#keys.has(name) || bound.has(name)) throw new AppendRefusedError('23505', `the key ${key} is bound`);
      bound.add(name);
    }
  }

  #insert(record: AppendRecord): void {
    const { partition, position } = record;
    // Copies: nobody's later write into a buffer changes what is logged.
    const event = { partition, position, payload: Buffer.from(record.payload), hash: Buffer.from(record.hash) };
    listOf(this.#partitions, partition).push(event);
    if (record.key) this.#keys.set(keyName(partition, record.key.scope, record.key.key), event);
    if (record.payment_id !== undefined) listOf(this.#payments, paymentHex(record)).push(event);
    if (record.address) listOf(this.#addresses, addressText(record)).push({ time: record.address.time, event });
  }
}

function keyName(partition: number, scope: string, key: string): string {
  return `${partition}\0${scope}\0${key}`;
}

function listOf<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function byPlace(a: LoggedEvent, b: LoggedEvent): number {
  return a.partition - b.partition || a.position - b.position;
}
