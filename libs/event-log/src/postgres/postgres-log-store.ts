import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { genesisHash } from '../chain.js';
import { SchemaVersionError } from '../errors.js';
import { assertSchemaVersion } from '../migrate.js';
import {
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
import { addressEvents } from './address-statement.js';
import { EventAppender } from './event-appender.js';
import { loadFacts } from './facts-statement.js';
import { countIndexRows, lookUpIndex } from './index-statements.js';
import { PostgresCheckpointStore } from './postgres-checkpoint-store.js';
import { PostgresLeaseStore } from './postgres-lease-store.js';
import { PostgresSnapshotStore } from './postgres-snapshot-store.js';
import { PostgresWatermarkStore } from './postgres-watermark-store.js';
import { hashOf, numberOf, rawRows, type RawRow } from './raw-rows.js';
import { readEvents } from './read-statement.js';
import { openPool } from './session.js';
import type { EventLogTables } from './tables.js';

export interface PostgresLogOptions {
  url: string;
  /** Role that every session takes. `bursar_writer` for the owner, `bursar_reader` for those that only read. */
  role?: 'bursar_writer' | 'bursar_reader';
  /** After this the server gives the append up and its outcome is unknown. Default 5,000. */
  append_timeout_ms?: number;
  /** For everything else. Default 10,000. */
  statement_timeout_ms?: number;
}

// `order by position` alone would mean the output column, which is text: 9 after 31.
const HEAD = `select position::text, encode(hash, 'hex') from bursar.event
  where partition = $1::int2 order by event.position desc limit 1`;

/**
 * Leases are locked for a moment only, and what lies beside the log nobody's money waits for: whoever has locked one of its tables costs one
 * append so much, and the next ones go without (decision 087).
 */
const LOCK_TIMEOUT_MS = 500;

/** The log on PostgreSQL: a connection for appends, one for facts, two for leases and two for all else. */
export class PostgresLogStore implements LogStore {
  readonly leases: PostgresLeaseStore;
  readonly checkpoints: PostgresCheckpointStore;
  readonly watermarks: PostgresWatermarkStore;
  readonly snapshots: PostgresSnapshotStore;
  readonly #appender: EventAppender;
  readonly #factsPool: pg.Pool;
  readonly #readPool: pg.Pool;
  readonly #leaseDatabase: Kysely<unknown>;
  readonly #database: Kysely<EventLogTables>;

  private constructor(options: PostgresLogOptions) {
    const { url, role = 'bursar_writer', append_timeout_ms = 5_000, statement_timeout_ms = 10_000 } = options;
    this.#appender = new EventAppender(url, {
      name: 'append',
      role,
      statement_timeout_ms: append_timeout_ms,
      lock_timeout_ms: LOCK_TIMEOUT_MS,
    });
    const session = { role, statement_timeout_ms };
    this.#factsPool = openPool(url, { ...session, name: 'facts', connections_maximum: 1 });
    this.#readPool = openPool(url, { ...session, name: 'log', connections_maximum: 2 });
    // Two: a renewal must not wait behind a claim that waits out somebody's append.
    const leasePool = openPool(url, { ...session, name: 'leases', connections_maximum: 2 });
    this.#leaseDatabase = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: leasePool }) });
    this.#database = new Kysely<EventLogTables>({ dialect: new PostgresDialect({ pool: this.#readPool }) });
    this.leases = new PostgresLeaseStore(this.#leaseDatabase, leasePool);
    this.checkpoints = new PostgresCheckpointStore(this.#database);
    this.watermarks = new PostgresWatermarkStore(this.#database);
    this.snapshots = new PostgresSnapshotStore(this.#database);
  }

  /** @throws SchemaVersionError where the database has another schema version than this code. */
  static async open(options: PostgresLogOptions): Promise<PostgresLogStore> {
    const store = new PostgresLogStore(options);
    try {
      await assertSchemaVersion(store.#readPool);
      return store;
    } catch (error) {
      await store.close();
      throw isUnknownRole(error) ? new SchemaVersionError(`${error.message}: run \`bursar migrate\``) : error;
    }
  }

  append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    return this.#appender.append(epochs, records);
  }

  loadFacts(request: FactsRequest): Promise<Facts> {
    return loadFacts(this.#factsPool, request);
  }

  async head(partition: number): Promise<LogHead> {
    const result = await this.#readPool.query<RawRow>(rawRows('bursar-head', HEAD, [partition]));
    const row = result.rows[0];
    return row ? { position: numberOf(row[0]), hash: hashOf(row[1]) } : { position: 0, hash: genesisHash(partition) };
  }

  async read(partition: number, after: number, upTo: number): Promise<LoggedEvent[]> {
    return readEvents(this.#readPool, partition, after, Math.min(upTo, after + READ_PAGE_MAXIMUM));
  }

  addressEvents(addresses: readonly string[]): Promise<LoggedEvent[][]> {
    return addressEvents(this.#readPool, addresses);
  }

  lookUpIndex(request: IndexRequest): Promise<FoundIndexRows> {
    return lookUpIndex(this.#readPool, request);
  }

  countIndexRows(upTo: ReadonlyMap<number, number>): Promise<Map<number, IndexRows>> {
    return countIndexRows(this.#readPool, upTo);
  }

  async now(): Promise<number> {
    const { rows } = await sql<{ now: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::int8 as now`.execute(this.#database);
    return rows[0]!.now;
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#appender.close(),
      this.#factsPool.end(),
      this.#leaseDatabase.destroy(),
      this.#database.destroy(),
    ]);
  }
}

/** On a server where nothing was ever migrated, not even the session can begin. */
function isUnknownRole(error: unknown): error is Error {
  return error instanceof pg.DatabaseError && error.code === '22023' && error.message.includes('role');
}
