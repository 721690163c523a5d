import type { CheckpointStore, WatermarkStore } from './checkpoints.js';
import type { RowBeside } from './services/row-beside.js';
import type { SnapshotStore } from './snapshots.js';

/** One event on its way into the log, with the index rows that are written by the same statement. */
export interface AppendRecord {
  partition: number;
  /** Dense per partition, from 1. */
  position: number;
  /** RFC 8785 bytes of the event; see `canonicalBytes`. */
  payload: Buffer;
  /** `chainHash(hash of the event before it, payload)`. */
  hash: Buffer;
  /** The idempotency key that this event binds, in its scope (D6). */
  key?: { scope: string; key: string };
  /** The payment that this event belongs to: `<prefix>_<32 hex digits>`. */
  payment_id?: string;
  /** The address (`0x` and 40 hex digits, lower case) that this event gives to an agent or takes from it, and its book time. */
  address?: { address: string; time: number };
  /** Of the call of a paid service that this event's payment pays for. */
  beside?: RowBeside | undefined;
}

/** The payments whose row beside the log was written with their event. */
export type KeptBeside = ReadonlySet<string>;

/** None was. */
export const NOTHING_BESIDE: KeptBeside = new Set();

export interface LoggedEvent {
  readonly partition: number;
  readonly position: number;
  readonly payload: Buffer;
  readonly hash: Buffer;
  /** The payload as text, where the read came by it at no cost: only for payloads that are ASCII. */
  readonly text?: string | undefined;
}

export interface LogHead {
  /** 0 where the partition is empty. */
  position: number;
  /** The genesis hash where the partition is empty. */
  hash: Buffer;
}

export interface FactsRequest {
  keys: readonly { partition: number; scope: string; key: string }[];
  payments: readonly string[];
}

/** Answers in the order of the request. Payments' events stand in order of partition and position. */
export interface Facts {
  keys: (LoggedEvent | undefined)[];
  payments: LoggedEvent[][];
}

export interface IndexRequest {
  keys: readonly { partition: number; scope: string; key: string }[];
  payments: readonly { partition: number; position: number; payment_id: string }[];
  addresses: readonly { partition: number; position: number; address: string; time: number }[];
}

export interface IndexRows {
  keys: number;
  payments: number;
  addresses: number;
}

/** Which rows of an `IndexRequest` stand there; of keys, where they point. */
export interface FoundIndexRows {
  keys: (number | undefined)[];
  payments: boolean[];
  addresses: boolean[];
}

/** Largest number of events of one address that `addressEvents` returns. */
export const ADDRESS_EVENTS_MAXIMUM = 64;

/** Largest number of events that one `read` returns. */
export const READ_PAGE_MAXIMUM = 10_000;

/** The port of the log: PostgreSQL in production, memory in the simulator; both pass one contract suite. */
export interface LogStore {
  /**
   * One statement, one transaction: holds the lease rows of the records' partitions `FOR SHARE where epoch = mine` and
   * inserts events and index rows; all or none. One append may be in flight per store.
   * Rows beside the log go along (decision 087), but for those that are there already, and answers whose call somebody else
   * is ending just now or has ended: an append waits for none of these.
   * @throws FencedError where a lease is no longer held at its epoch: nothing was written.
   * @throws AppendRefusedError where these very records cannot be written (constraint, bad value, gap): nothing was written.
   * @throws OutcomeUnknownError on anything else (connection, timeout, server in trouble): may or may not be committed.
   */
  append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside>;
  /** Which keys are bound, with the event that bound each, and all events of the given payments; one round trip. */
  loadFacts(request: FactsRequest): Promise<Facts>;
  head(partition: number): Promise<LogHead>;
  /**
   * Events with `after < position <= upTo` in order, at most `READ_PAGE_MAXIMUM`: positions above
   * `after + READ_PAGE_MAXIMUM` are for the next call.
   */
  read(partition: number, after: number, upTo: number): Promise<LoggedEvent[]>;
  /**
   * For each address the events of all books that gave it to an agent or took it away, the newest first by book time, and no more
   * than `ADDRESS_EVENTS_MAXIMUM`.
   */
  addressEvents(addresses: readonly string[]): Promise<LoggedEvent[][]>;
  /** Where the rows of these keys point, and whether these payments and addresses have their rows; for verification. */
  lookUpIndex(request: IndexRequest): Promise<FoundIndexRows>;
  /** How many index rows point at positions up to the given one, by partition; reads the indexes once, whole. */
  countIndexRows(upTo: ReadonlyMap<number, number>): Promise<Map<number, IndexRows>>;
  /** The store's clock in milliseconds since the epoch: an owner that is off by more than 1 s refuses (D5). */
  now(): Promise<number>;
  readonly leases: LeaseStore;
  readonly checkpoints: CheckpointStore;
  readonly watermarks: WatermarkStore;
  readonly snapshots: SnapshotStore;
  close(): Promise<void>;
}

export interface Lease {
  partition: number;
  /** Empty where the lease is free. */
  owner: string;
  epoch: number;
  /** Milliseconds since the epoch, by the store's clock. */
  expires_at: number;
}

/** Who owns which partition. `owner` names one run of one process: it is never used again after a restart. */
export interface LeaseStore {
  /**
   * Takes free or expired leases, with epoch + 1; never a live one. Waits out appends in flight of the holder before.
   * @returns partition → epoch of those taken.
   */
  claim(owner: string, partitions: readonly number[], lease_ms: number): Promise<Map<number, number>>;
  /** Extends what is still mine at these epochs, on a connection of its own; returns the partitions still held. */
  renew(owner: string, epochs: ReadonlyMap<number, number>, lease_ms: number): Promise<Set<number>>;
  /**
   * After an append whose outcome is unknown: epoch + 1 on my own leases. When it returns, the stray transaction has
   * committed or never will. Missing in the answer = lost.
   */
  raise(owner: string, epochs: ReadonlyMap<number, number>): Promise<Map<number, number>>;
  /** Gives leases back; the epoch moves on, so that nothing can be appended under the released one. */
  release(owner: string, epochs: ReadonlyMap<number, number>): Promise<void>;
  /** Which of these epochs stand and are unexpired, read after the call began; for answers that append nothing (D2). */
  confirm(epochs: ReadonlyMap<number, number>): Promise<Set<number>>;
  /** All partitions in order, free ones too. */
  list(): Promise<Lease[]>;
}
