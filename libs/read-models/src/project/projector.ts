import type pg from 'pg';
import { Batch } from '../fold/batch.js';
import type { LogEntry, Positions } from '../log/log-entry.js';
import { readPage, type LogPage } from '../log/read-log.js';
import { tableOf } from '../schema/generation-tables.js';
import { SessionPlaces } from '../write/session-places.js';
import { writeBatch, type Target } from '../write/write-batch.js';
import { isFaultOfData, Overtaken } from './faults.js';

export interface ProjectorOptions {
  log: pg.Pool;
  /** The connection that writes; the projector's alone while it works. */
  client: pg.ClientBase;
  target: Target;
  /** Most events in one transaction. */
  batch_events: number;
}

export interface CatchUp {
  events: number;
  batches: number;
  quarantined: number;
  gaps: LogPage['gaps'];
}

/**
 * Moves one generation of the read models forward along the log. While PostgreSQL writes a batch, the next one is read and
 * folded. After any error its positions may be wrong: make a new one.
 */
export class Projector {
  private readonly places = new SessionPlaces();
  private stopping = false;

  private constructor(
    private readonly options: ProjectorOptions,
    private reached: Map<number, number>,
  ) {}

  static async open(options: ProjectorOptions): Promise<Projector> {
    return new Projector(options, await readCheckpoints(options.client, options.target.generation));
  }

  get positions(): Positions {
    return this.reached;
  }

  /** Lets `catchUp` end after the batch under way. */
  stop(): void {
    this.stopping = true;
  }

  /** Takes in everything up to `heads`. Throws `Overtaken`, or what a connection throws. */
  async catchUp(heads: Positions, onBatch?: (events: number) => void): Promise<CatchUp> {
    const result: CatchUp = { events: 0, batches: 0, quarantined: 0, gaps: [] };
    let reading = this.read(this.reached, heads);
    let writing: Promise<void> | undefined;
    for (;;) {
      const { from, page, batch } = await reading;
      if (page.events === 0 || this.stopping) {
        result.gaps = page.gaps;
        await writing;
        return result;
      }
      this.reached = new Map([...from, ...page.reached]);
      reading = this.read(this.reached, heads);
      await writing;
      writing = this.write(batch, from, page, result).then(() => onBatch?.(page.events));
      // Its failure is met where it is awaited; until then it must not count as unhandled.
      writing.catch(() => undefined);
    }
  }

  private read(from: Positions, heads: Positions): Promise<{ from: Positions; page: LogPage; batch: Batch }> {
    const batch = new Batch();
    const reading = readPage(this.options.log, from, heads, this.options.batch_events, (entry) =>
      batch.add(entry),
    ).then((page) => ({ from, page, batch }));
    reading.catch(() => undefined);
    return reading;
  }

  private async write(batch: Batch, from: Positions, page: LogPage, result: CatchUp): Promise<void> {
    try {
      await this.commit(batch, result);
    } catch (error) {
      if (!isFaultOfData(error)) throw error;
      const entries: LogEntry[] = [];
      await readPage(this.options.log, from, page.reached, page.events, (entry) => entries.push(entry));
      await this.isolate(entries, error, result);
    }
    result.events += page.events;
  }

  /** Halves a batch that cannot be written until the event at fault stands alone, and goes on without it (B7). */
  private async isolate(entries: readonly LogEntry[], fault: Error, result: CatchUp): Promise<void> {
    const [only] = entries;
    if (entries.length === 1 && only) {
      await this.commit(Batch.quarantining(only, fault.message), result);
      return;
    }
    const middle = entries.length >> 1;
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      try {
        await this.commit(Batch.of(half), result);
      } catch (error) {
        if (!isFaultOfData(error)) throw error;
        await this.isolate(half, error, result);
      }
    }
  }

  private async commit(batch: Batch, result: CatchUp): Promise<void> {
    const outcome = await writeBatch(this.options.client, this.options.target, batch, this.places);
    if (outcome === 'overtaken') throw new Overtaken('the checkpoint or the generation was moved by somebody else');
    result.batches += 1;
    result.quarantined += batch.quarantined.length;
  }
}

export async function readCheckpoints(client: pg.ClientBase, generation: number): Promise<Map<number, number>> {
  const { rows } = await client.query<{ partition: number; position: string }>(
    `select partition, position from ${tableOf('checkpoint', generation)}`,
  );
  return new Map(rows.map(({ partition, position }) => [partition, Number(position)]));
}
