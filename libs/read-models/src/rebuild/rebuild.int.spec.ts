import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import pg from 'pg';
import { compareViewsWithLog } from '../check/compare-views-with-log.js';
import { dumpReadModels } from '../check/dump.js';
import { Batch } from '../fold/batch.js';
import { LiveProjection } from '../project/live-projection.js';
import { ReadModels } from '../query/read-models.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { syntheticLog } from '../../test-support/synthetic-log.js';
import { SessionPlaces } from '../write/session-places.js';
import { writeBatch } from '../write/write-batch.js';
import { RebuildInProgress, rebuildReadModels, type RebuildProgress } from './rebuild.js';

const entries = [...syntheticLog({ seed: 23, payments: 4_000, organizations: 2, sessions: 10 })];

describe('a rebuild', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  beforeEach(async () => {
    database = await readModelsDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await database.drop();
  });

  async function generations(): Promise<string[]> {
    const { rows } = await admin.query<{ shown: string }>(
      `select id || ' ' || state as shown from bursar_read.generation order by id`,
    );
    return rows.map(({ shown }) => shown);
  }

  async function tables(): Promise<number> {
    const { rows } = await admin.query<{ count: string }>(
      `select count(*) from pg_tables where schemaname = 'bursar_read' and tablename like 'payment%'`,
    );
    return Number(rows[0]?.count);
  }

  it('D4: from the first event gives the bytes of the live tables, and says so', async () => {
    await append(database.url, entries);
    await project(database.url, 77);
    const live = await dumpReadModels(database.url);
    const progress: RebuildProgress[] = [];
    const result = await rebuildReadModels({
      url: database.url,
      compare: true,
      batch_events: 500,
      onProgress: (step) => progress.push(step),
    });
    expect(result).toMatchObject({ events: entries.length, differences: [], quarantined: 0, generation: 2 });
    expect(await dumpReadModels(database.url)).toBe(live);
    expect(await generations()).toEqual(['2 live']);
    expect(await tables()).toBe(1);
    expect(progress[0]).toEqual({ phase: 'loading', events: 500, events_expected: entries.length });
    expect(progress.at(-1)).toEqual({ phase: 'done', events: entries.length, events_expected: entries.length });
  });

  it('D3: leaves a projection that was about to write to the tables that it replaced with nothing written', async () => {
    const batch = Batch.of(entries.slice(0, 10).map((entry) => ({ ...entry, payload: '{}' })));
    const replaced = { generation: 99, state: 'live' } as const;
    expect(await writeBatch(admin, replaced, batch, new SessionPlaces())).toBe('overtaken');
    // The connection is as good as before.
    await append(database.url, entries.slice(0, 10));
    await project(database.url);
  });

  it('repairs a live table that was changed by hand, and tells how many rows differed', async () => {
    await append(database.url, entries);
    await project(database.url);
    await admin.query(`update bursar_read.payment_1 set captured = captured + 1 where position = 100`);
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBeGreaterThan(0);
    const { differences } = await rebuildReadModels({ url: database.url, compare: true });
    expect(differences).toEqual([{ table: 'payment', rows: expect.any(Number) }]);
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  });

  it('D3, H2: runs while events arrive, are projected and are read, and loses none', async () => {
    const half = entries.length >> 1;
    await append(database.url, entries.slice(0, half));
    await project(database.url);
    const projection = new LiveProjection({ url: database.url });
    const models = new ReadModels({ url: database.url });
    const load = { on: true };
    let highest = 0;
    const arriving = (async () => {
      for (let next = half; next < entries.length; next += 100) {
        await append(database.url, entries.slice(next, next + 100));
        await projection.advance();
      }
      while (load.on) await projection.advance();
      await projection.advance();
    })();
    const reading = (async () => {
      while (load.on) {
        const { position, totals } = await models.spendReport({ org: entries[0]!.event.org, group_by: [] });
        expect(totals.length).toBeGreaterThan(0);
        const reached = Number(position.split(':')[1]);
        // What readers see never goes back, also not over the swap.
        expect(reached).toBeGreaterThanOrEqual(highest);
        highest = reached;
      }
    })();
    for (let count = 0; count < 3; count++) {
      const { differences } = await rebuildReadModels({ url: database.url, compare: true, batch_events: 300 });
      expect(differences).toEqual([]);
    }
    load.on = false;
    await Promise.all([arriving, reading]);
    expect(await generations()).toEqual(['4 live']);
    // An advance that met the swap came back to stand by; the next one takes over on the new tables.
    await projection.advance();
    await Promise.all([projection.close(), models.close()]);
    expect(await compareViewsWithLog(database.url)).toMatchObject({
      mismatch_count: 0,
      positions_behind: 0,
      events: entries.length,
    });
  }, 60_000);

  it('D4: cut off in the middle leaves the live tables as they were; the next one clears up and works', async () => {
    await append(database.url, entries);
    await project(database.url);
    const live = await dumpReadModels(database.url);
    for (const phase of ['loading', 'catching up', 'comparing', 'swapping'] as const) {
      const cutOff = rebuildReadModels({
        url: database.url,
        compare: true,
        batch_events: 400,
        onProgress: (step) => {
          if (step.phase === phase || (phase === 'catching up' && step.phase === 'indexing')) throw new Error('killed');
        },
      });
      await expect(cutOff).rejects.toThrow('killed');
      expect(await dumpReadModels(database.url)).toBe(live);
      expect((await generations())[0]).toBe('1 live');
    }
    // The same when the server ends its connections.
    const killed = rebuildReadModels({
      url: database.url,
      batch_events: 100,
      onProgress: ({ events }) => {
        if (events === 300) {
          void admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'bursar projection'`);
        }
      },
    });
    await expect(killed).rejects.toThrow();
    expect(await dumpReadModels(database.url)).toBe(live);
    expect(await rebuildReadModels({ url: database.url, compare: true })).toMatchObject({ differences: [] });
    expect(await generations()).toHaveLength(1);
    expect(await tables()).toBe(1);
  }, 60_000);

  it('refuses to run twice at a time', async () => {
    await append(database.url, entries);
    let second: Promise<unknown> | undefined;
    await rebuildReadModels({
      url: database.url,
      batch_events: 200,
      onProgress: () => {
        second ??= rebuildReadModels({ url: database.url }).catch((error: unknown) => error);
      },
    });
    expect(await second).toBeInstanceOf(RebuildInProgress);
    expect(await generations()).toEqual(['2 live']);
  }, 60_000);

  it('tables of an older version go on answering until the new ones are there', async () => {
    await append(database.url, entries);
    await project(database.url);
    await admin.query('update bursar_read.generation set model_version = 0');
    const projection = new LiveProjection({ url: database.url });
    expect(await projection.advance()).toEqual({ state: 'outdated' });
    const models = new ReadModels({ url: database.url });
    expect((await models.spendReport({ org: entries[0]!.event.org, group_by: [] })).totals).not.toEqual([]);
    await rebuildReadModels({ url: database.url });
    expect(await projection.advance()).toMatchObject({ state: 'active', events: 0 });
    expect((await models.spendReport({ org: entries[0]!.event.org, group_by: [] })).totals).not.toEqual([]);
    await Promise.all([projection.close(), models.close()]);
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  });
});

describe('lag', () => {
  it('D6: is the number of events, and the book time, that the views are behind, also when nobody projects', async () => {
    const database = await readModelsDatabase();
    const models = new ReadModels({ url: database.url });
    try {
      expect(await models.lag()).toEqual({
        positions_behind: 0,
        milliseconds_behind: 0,
        quarantined: 0,
        partitions: [],
      });
      await append(database.url, entries.slice(0, 1_000));
      const before = await models.lag();
      expect(before.positions_behind).toBe(1_000);
      expect(before.milliseconds_behind).toBeGreaterThan(0);
      await project(database.url);
      expect(await models.lag()).toMatchObject({ positions_behind: 0, milliseconds_behind: 0 });
      await append(database.url, entries.slice(1_000, 1_500));
      const after = await models.lag();
      expect(after.positions_behind).toBe(500);
      const time = (partition: number, until: number) =>
        entries
          .slice(0, until)
          .filter((entry) => entry.partition === partition)
          .at(-1)!.event.time;
      const partitions = [...new Set(entries.map(({ partition }) => partition))];
      const behind = partitions.map((partition) => time(partition, 1_500) - time(partition, 1_000));
      expect(after.milliseconds_behind).toBe(Math.max(...behind));
    } finally {
      await models.close();
      await database.drop();
    }
  }, 120_000);
});
