import type pg from 'pg';
import type { Positions } from '../log/log-entry.js';
import { readHeads } from '../log/read-log.js';
import { Projector, readCheckpoints } from '../project/projector.js';
import { logPool, writerPool } from '../schema/connections.js';
import { createQueryIndexes, createTables, dropTables, showInViews } from '../schema/generation-tables.js';
import { insertGeneration, liveGeneration, type Generation } from '../schema/generations.js';
import { requireReadModels } from '../schema/migrate.js';
import { MODEL_VERSION } from '../schema/model-version.js';
import { compareGenerations, type GenerationDifference } from './compare-generations.js';

export interface RebuildOptions {
  /** Database of the read models. */
  url: string;
  /** Database of the event log; the same where absent. */
  log_url?: string;
  onProgress?: (progress: RebuildProgress) => void;
  /**
   * Build exactly as far as the live tables are and compare the two before swapping. The live ones stand still meanwhile,
   * so reports lag by as long as the comparison takes.
   */
  compare?: boolean;
  batch_events?: number;
}

export interface RebuildProgress {
  phase: 'loading' | 'indexing' | 'catching up' | 'comparing' | 'swapping' | 'done';
  events: number;
  /** Events of the log when the rebuild began. */
  events_expected: number;
}

export interface RebuildResult {
  generation: number;
  events: number;
  quarantined: number;
  seconds: number;
  events_per_second: number;
  /** Only with `compare`: empty where the rebuilt tables equal the live ones to the last byte. */
  differences?: readonly GenerationDifference[];
}

export class RebuildInProgress extends Error {
  override readonly name = 'RebuildInProgress';
}

const REBUILD_LOCK = 'bursar:read-models:rebuild';
const SWAP_ATTEMPTS = 20;

/**
 * Builds the read models anew from the first event, beside the live ones, which go on answering and being written; then
 * swaps them in one transaction (D10). Killed at any moment it leaves the live ones as they were, and what it had built is
 * removed by the next rebuild. Throws `RebuildInProgress` where another one runs.
 */
export async function rebuildReadModels(options: RebuildOptions): Promise<RebuildResult> {
  // Building an index or comparing millions of rows is one statement.
  const statement_timeout_ms = 3_600_000;
  const log = logPool(options.log_url ?? options.url, { statement_timeout_ms, connections: 2 });
  const views = writerPool(options.url, { statement_timeout_ms, connections: 2 });
  try {
    const client = await views.connect();
    const swapper = await views.connect();
    try {
      await requireReadModels(client);
      await takeRebuildLock(client);
      return await new Rebuild(options, log, client, swapper).run();
    } finally {
      client.release(true);
      swapper.release(true);
    }
  } finally {
    await Promise.all([log.end(), views.end()]);
  }
}

class Rebuild {
  private events = 0;
  private events_expected = 0;
  private quarantined = 0;

  constructor(
    private readonly options: RebuildOptions,
    private readonly log: pg.Pool,
    private readonly client: pg.ClientBase,
    private readonly swapper: pg.ClientBase,
  ) {}

  async run(): Promise<RebuildResult> {
    const started = performance.now();
    await removeLeftovers(this.client);
    const generation = await this.begin();
    const projector = await Projector.open({
      log: this.log,
      client: this.client,
      target: { generation: generation.id, state: 'building' },
      batch_events: this.options.batch_events ?? 50_000,
    });
    this.events_expected = sum(await this.goal());
    await this.catchUp(projector, 'loading');
    this.report('indexing');
    const connections = [this.client, this.swapper];
    for (const connection of connections) await connection.query(`set maintenance_work_mem = '256MB'`);
    await createQueryIndexes(connections, generation.id);
    await this.client.query(`analyze bursar_read.payment_${generation.id}, bursar_read.rollup_${generation.id}`);
    await this.catchUp(projector, 'catching up');
    const differences = await this.swap(projector, generation);
    await removeLeftovers(this.client);
    this.report('done');
    const seconds = (performance.now() - started) / 1000;
    return {
      generation: generation.id,
      events: this.events,
      quarantined: this.quarantined,
      seconds,
      events_per_second: Math.round(this.events / seconds),
      ...(differences ? { differences } : {}),
    };
  }

  private async begin(): Promise<Generation> {
    await this.client.query('begin');
    const generation = await insertGeneration(this.client, 'building');
    await createTables(this.client, generation.id);
    await this.client.query('commit');
    return generation;
  }

  /** How far to build: at least as far as readers see now, so that the swap never takes anything from them. */
  private async goal(): Promise<Positions> {
    const live = await liveGeneration(this.client);
    const seen = await readCheckpoints(this.client, live!.id);
    if (this.options.compare) return seen;
    const heads = await readHeads(this.log);
    for (const [partition, position] of seen)
      if (position > (heads.get(partition) ?? 0)) heads.set(partition, position);
    return heads;
  }

  private async catchUp(projector: Projector, phase: RebuildProgress['phase']): Promise<void> {
    const { quarantined, gaps } = await projector.catchUp(await this.goal(), (events) => {
      this.events += events;
      this.report(phase);
    });
    this.quarantined += quarantined;
    const [gap] = gaps;
    if (gap) throw new Error(`The log is damaged: position ${gap.partition}:${gap.missing_position} is missing`);
  }

  /** Holds the live generation still, builds the last few events, and makes the new one live. */
  private async swap(projector: Projector, next: Generation): Promise<GenerationDifference[] | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.swapper.query(`begin; set local lock_timeout = '2s'`);
        const { rows } = await this.swapper.query<Generation>(
          `select id, model_version from bursar_read.generation where state = 'live' for update`,
        );
        const live = rows[0]!;
        await this.catchUp(projector, 'catching up');
        let differences: GenerationDifference[] | undefined;
        if (this.options.compare) {
          this.report('comparing');
          differences = await compareGenerations(this.swapper, live.id, next.id);
        }
        this.report('swapping');
        await this.swapper.query(`update bursar_read.generation set state = 'retired' where id = $1`, [live.id]);
        await this.swapper.query(`update bursar_read.generation set state = 'live', live_at = now() where id = $1`, [
          next.id,
        ]);
        await showInViews(this.swapper, next.id, live.model_version === MODEL_VERSION);
        await this.swapper.query('commit');
        return differences;
      } catch (error) {
        await this.swapper.query('rollback');
        // A long report holds a view; waiting for it with the lock in hand would stop every other reader.
        if ((error as { code?: string }).code !== '55P03' || attempt === SWAP_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  private report(phase: RebuildProgress['phase']): void {
    this.options.onProgress?.({ phase, events: this.events, events_expected: this.events_expected });
  }
}

async function takeRebuildLock(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [REBUILD_LOCK],
  );
  if (!rows[0]?.locked) throw new RebuildInProgress('The read models are being rebuilt already');
}

/** Tables of rebuilds that were cut off, and of generations that were replaced. */
async function removeLeftovers(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ id: number }>(`select id from bursar_read.generation where state <> 'live'`);
  for (const { id } of rows) {
    await client.query('begin');
    await dropTables(client, id);
    await client.query('delete from bursar_read.generation where id = $1', [id]);
    await client.query('commit');
  }
}

function sum(positions: Positions): number {
  let total = 0;
  for (const position of positions.values()) total += position;
  return total;
}
