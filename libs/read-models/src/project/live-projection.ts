import type pg from 'pg';
import { readHeads } from '../log/read-log.js';
import { logPool, writerPool } from '../schema/connections.js';
import { liveGeneration } from '../schema/generations.js';
import { MODEL_VERSION } from '../schema/model-version.js';
import { requireReadModels } from '../schema/migrate.js';
import { Overtaken } from './faults.js';
import { Projector, type CatchUp } from './projector.js';

export interface LiveProjectionOptions {
  /** Database of the read models (`PROJECTION_DATABASE_URL`). */
  url: string;
  /** Database of the event log; the same where absent. */
  log_url?: string;
  batch_events?: number;
  statement_timeout_ms?: number;
}

/** `standby`: another process projects; `outdated`: the live tables are of an older version and must be rebuilt first. */
export type Advance = ({ state: 'active' } & CatchUp) | { state: 'standby' } | { state: 'outdated' };

/** One process at a time projects, by this advisory lock; that nothing counts twice does not depend on it. */
const PROJECTION_LOCK = 'bursar:read-models:project';

/**
 * Keeps the live generation up with the log. Call `advance` whenever there may be something new; it takes in what the log
 * held when it was called. After an error call it again: it starts over from the stored checkpoint.
 */
export class LiveProjection {
  private readonly log: pg.Pool;
  private readonly views: pg.Pool;
  private active: { client: pg.PoolClient; projector: Projector } | undefined;

  constructor(private readonly options: LiveProjectionOptions) {
    const statement_timeout_ms = options.statement_timeout_ms ?? 30_000;
    this.log = logPool(options.log_url ?? options.url, { statement_timeout_ms, connections: 2 });
    this.views = writerPool(options.url, { statement_timeout_ms, connections: 1 });
  }

  async advance(): Promise<Advance> {
    if (!this.active) {
      const opened = await this.open();
      if (typeof opened === 'string') return { state: opened };
      this.active = opened;
    }
    try {
      const heads = await readHeads(this.log);
      return { state: 'active', ...(await this.active.projector.catchUp(heads)) };
    } catch (error) {
      this.letGo();
      if (error instanceof Overtaken) return { state: 'standby' };
      throw error;
    }
  }

  /** Lets an `advance` that has much to take in end after the batch under way. */
  stop(): void {
    this.active?.projector.stop();
  }

  async close(): Promise<void> {
    this.letGo();
    await Promise.all([this.log.end(), this.views.end()]);
  }

  private async open(): Promise<{ client: pg.PoolClient; projector: Projector } | 'standby' | 'outdated'> {
    const client = await this.views.connect();
    let opened: Projector | undefined;
    try {
      await requireReadModels(client);
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        [PROJECTION_LOCK],
      );
      if (!rows[0]?.locked) return 'standby';
      const live = await liveGeneration(client);
      if (live?.model_version !== MODEL_VERSION) return 'outdated';
      opened = await Projector.open({
        log: this.log,
        client,
        target: { generation: live.id, state: 'live' },
        batch_events: this.options.batch_events ?? 10_000,
      });
      return { client, projector: opened };
    } finally {
      if (!opened) client.release(true);
    }
  }

  /** Ends the connection, and with it the lock and whatever transaction was open. */
  private letGo(): void {
    this.active?.client.release(true);
    this.active = undefined;
  }
}
