import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import fc from 'fast-check';
import type pg from 'pg';
import { compareViewsWithLog } from '../check/compare-views-with-log.js';
import { dumpReadModels } from '../check/dump.js';
import { logPool, writerPool } from '../schema/connections.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';
import { syntheticLog, type SyntheticEntry } from '../../test-support/synthetic-log.js';
import { appendToLog, rawEntry } from '../../test-support/log-table.js';
import { Overtaken } from './faults.js';
import { LiveProjection } from './live-projection.js';
import { Projector } from './projector.js';

const SETTINGS = { statement_timeout_ms: 10_000, connections: 2 };

function headsOf(entries: readonly SyntheticEntry[]): Map<number, number> {
  return new Map(entries.map(({ partition, position }) => [partition, position]));
}

describe('the projection', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await readModelsDatabase();
  });
  afterAll(() => database.drop());

  it('D2, D4: agrees with the log to the unit, row by row', async () => {
    const entries = [...syntheticLog({ seed: 7, payments: 3_000, organizations: 3, sessions: 12 })];
    await append(database.url, entries);
    await project(database.url, 700);
    const comparison = await compareViewsWithLog(database.url);
    expect(comparison).toMatchObject({ mismatches: [], mismatch_count: 0, positions_behind: 0, quarantined: 0 });
    expect(comparison.events).toBe(entries.length);
    expect(comparison.payment_rows).toBe(3_000);
  });

  it('the comparison finds a single unit that is wrong, a row too many and a row too few', async () => {
    const pool = writerPool(database.url, SETTINGS);
    try {
      const org = `(select org from bursar_read.rollup limit 1)`;
      await pool.query(`update bursar_read.rollup_1 set spent = spent + 1 where org = ${org} and dimension = 'protocol'
        and value = 'x402' and asset = 'USD' and day = (select min(day) from bursar_read.rollup)`);
      await pool.query(
        `insert into bursar_read.rollup_1 values (${org}, 'label', 'invented', '2026-01-01', 'USD', 1, 0, 0, 0, 1, 0)`,
      );
      await pool.query(
        `delete from bursar_read.payment_1 where payment_id = (select payment_id from bursar_read.payment limit 1)`,
      );
    } finally {
      await pool.end();
    }
    const { mismatches, mismatch_count } = await compareViewsWithLog(database.url);
    expect(mismatch_count).toBe(3);
    // Rows come in the order in which the table has them, which is nobody's.
    const what = (text: string): string => (text === 'absent' ? 'absent' : 'there');
    const found = mismatches.map(({ view, expected, shown }) => `${view}: ${what(expected)}, ${what(shown)}`);
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining(['rollup: there, there', 'rollup: absent, there', 'payment: there, absent']),
    );
  });
});

describe('however the log is cut up', () => {
  it('C8, D3, D4: any batches, repeated deliveries and crashes give the bytes of one pass', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 0, max: 1_000_000 }),
          organizations: fc.integer({ min: 1, max: 4 }),
          steps: fc.array(
            fc.record({
              percent: fc.integer({ min: 0, max: 100 }),
              batch_events: fc.integer({ min: 1, max: 90 }),
              /** The connection breaks at this statement of the step; far ones never come. */
              breaks_at: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
            }),
            { minLength: 1, maxLength: 6 },
          ),
        }),
        async ({ seed, organizations, steps }) => {
          const entries = [
            ...syntheticLog({ seed, payments: 120, organizations, held_percent: 40, refunded_percent: 30 }),
          ];
          const [whole, cut] = await Promise.all([readModelsDatabase(), readModelsDatabase()]);
          try {
            await Promise.all([append(whole.url, entries), append(cut.url, entries)]);
            await project(whole.url);
            for (const { percent, batch_events, breaks_at } of steps) {
              const told = entries.slice(0, Math.ceil((entries.length * percent) / 100));
              await step(cut.url, headsOf(told), batch_events, breaks_at);
            }
            await project(cut.url, 33);
            expect(await dumpReadModels(cut.url)).toBe(await dumpReadModels(whole.url));
            expect((await compareViewsWithLog(cut.url)).mismatches).toEqual([]);
          } finally {
            await Promise.all([whole.drop(), cut.drop()]);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  async function step(
    url: string,
    heads: Map<number, number>,
    batch_events: number,
    breaks_at?: number,
  ): Promise<void> {
    const [log, views] = [logPool(url, SETTINGS), writerPool(url, SETTINGS)];
    const client = await views.connect();
    try {
      const breaking = breaks_at === undefined ? client : breakingAt(client, breaks_at);
      const target = { generation: 1, state: 'live' as const };
      const projector = await Projector.open({ log, client: breaking, target, batch_events });
      await projector.catchUp(heads);
      // Told the same again, and something older: nothing new.
      expect(await projector.catchUp(heads)).toMatchObject({ events: 0 });
      expect(await projector.catchUp(new Map([...heads].map(([partition]) => [partition, 1])))).toMatchObject({
        events: 0,
      });
    } catch (error) {
      if (breaks_at === undefined || !(error instanceof Error && error.message === 'the connection broke')) throw error;
    } finally {
      client.release(true);
      await Promise.all([log.end(), views.end()]);
    }
  }

  /** A connection that is cut at its n-th statement, wherever in a transaction that is. */
  function breakingAt(client: pg.PoolClient, statement: number): pg.PoolClient {
    let statements = 0;
    return new Proxy(client, {
      get(target, property, receiver) {
        if (property !== 'query') return Reflect.get(target, property, receiver) as unknown;
        return (...parameters: unknown[]): unknown => {
          statements += 1;
          if (statements >= statement) throw new Error('the connection broke');
          return (target.query as (...all: unknown[]) => unknown).apply(target, parameters);
        };
      },
    });
  }
});

describe('two projections of one log', () => {
  let database: TestDatabase;
  const entries = [...syntheticLog({ seed: 11, payments: 1_500, organizations: 2 })];
  beforeAll(async () => {
    database = await readModelsDatabase();
    await append(database.url, entries);
  });
  afterAll(() => database.drop());

  it('C8: racing with the same batches, each event counts once', async () => {
    const log = logPool(database.url, SETTINGS);
    const views = writerPool(database.url, { ...SETTINGS, connections: 3 });
    let overtaken = 0;
    const run = async (batch_events: number): Promise<void> => {
      const client = await views.connect();
      try {
        for (;;) {
          const target = { generation: 1, state: 'live' as const };
          const projector = await Projector.open({ log, client, target, batch_events });
          try {
            await projector.catchUp(headsOf(entries));
            return;
          } catch (error) {
            if (!(error instanceof Overtaken)) throw error;
            overtaken += 1;
          }
        }
      } finally {
        client.release(true);
      }
    };
    await Promise.all([run(50), run(50), run(70)]);
    await Promise.all([log.end(), views.end()]);
    expect(overtaken).toBeGreaterThan(0);
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  });

  it('the second stands by until the first is gone', async () => {
    const first = new LiveProjection({ url: database.url });
    const second = new LiveProjection({ url: database.url });
    try {
      expect(await first.advance()).toMatchObject({ state: 'active', events: 0 });
      expect(await second.advance()).toEqual({ state: 'standby' });
      await first.close();
      // The server lets go of the lock when it notices the closed connection.
      let taken = await second.advance();
      for (let attempt = 0; taken.state === 'standby' && attempt < 50; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        taken = await second.advance();
      }
      expect(taken).toMatchObject({ state: 'active' });
    } finally {
      await second.close();
    }
  });
});

describe('an event that cannot be taken in', () => {
  it('B7: is set aside and named, whatever is wrong with it, and stops nothing behind it', async () => {
    const database = await readModelsDatabase();
    try {
      const story = new Story();
      story.agent('planner').session('root').transfer('good', { units: 5, session: 'root' });
      story.transfer('no amount', { units: 6 });
      story.transfer('good', { units: 7 }); // 5: the same payment begins twice
      story
        .void('good', 0)
        .tell({ type: 'session.closed', session_id: story.id('ses', 'never opened'), returned: '0' });
      story.authorize('spoilt', { units: 9 }).capture('spoilt', 9).transfer('better', { units: 11 });
      story.transfer('nul', { units: 13, labels: { note: 'a\u0000b' } }).transfer('best', { units: 17 });
      const raw = story.entries.map(rawEntry);
      raw[3]!.payload = raw[3]!.payload.replace('"amount":"6"', '"amount":"six"');
      raw[7]!.payload = raw[7]!.payload.slice(0, 100);
      await appendToLog(database.url, raw);
      await project(database.url);
      const pool = writerPool(database.url, SETTINGS);
      const quarantined = await pool.query<{ position: string }>(
        'select position from bursar_read.quarantine order by position',
      );
      const spent = await pool.query<{ spent: string }>(
        `select sum(spent) as spent from bursar_read.rollup where dimension = 'org'`,
      );
      const tally = await pool.query<{ events: string }>('select sum(events) as events from bursar_read.tally');
      await pool.end();
      expect(quarantined.rows.map((row) => Number(row.position))).toEqual([4, 5, 7, 8, 9, 11]);
      expect(spent.rows[0]?.spent).toBe(String(5 + 11 + 17));
      expect(Number(tally.rows[0]?.events)).toBe(raw.length);
      expect(await compareViewsWithLog(database.url)).toMatchObject({ mismatch_count: 0, quarantined: 6 });
    } finally {
      await database.drop();
    }
  }, 120_000);

  it('D8: a missing position stops only its own partition, and is reported', async () => {
    const database = await readModelsDatabase();
    try {
      const damaged = new Story('org_0000000000007000800000000000000a')
        .transfer('a', { units: 1 })
        .transfer('b', { units: 2 });
      const sound = new Story('org_0000000000007000800000000000000c').transfer('c', { units: 3 });
      expect(damaged.partition).not.toBe(sound.partition);
      await append(database.url, [damaged.entries[1]!, ...sound.entries]);
      const projection = new LiveProjection({ url: database.url });
      const advance = await projection.advance();
      await projection.close();
      expect(advance).toMatchObject({ events: 1, gaps: [{ partition: damaged.partition, missing_position: 1 }] });
    } finally {
      await database.drop();
    }
  }, 120_000);
});
