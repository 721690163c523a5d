import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import { ExpectedViews } from '../check/expected-views.js';
import { readerPool } from '../schema/connections.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';
import { syntheticLog } from '../../test-support/synthetic-log.js';
import { ReadModels } from './read-models.js';
import { REPORT_DIMENSIONS, type ReportDimension, type ReportRow, type SpendReportQuery } from './report-query.js';
import { spendReport } from './spend-report.js';

const DAY_MS = 86_400_000;

describe('a spend report', () => {
  const story = new Story();
  let database: TestDatabase;
  let models: ReadModels;
  const report = (query: Omit<SpendReportQuery, 'org'>) => models.spendReport({ org: story.org, ...query });

  beforeAll(async () => {
    database = await readModelsDatabase();
    models = new ReadModels({ url: database.url });
    story.agent('planner').agent('writer').session('root').session('search', 'root').session('deep', 'search');
    story.at('2026-11-20T23:00:00Z');
    story.transfer('one', { units: 20_000, session: 'deep', labels: { user: 'ada', label: 'brief' } });
    story.transfer('two', { to: 'writer', units: 300_000, session: 'root', labels: { user: 'ada' } });
    story.authorize('three', { from: 'writer', to: 'service:scrape', units: 150_000, protocol: 'x402' });
    story.decline('four', { units: 9_000_000, session: 'search', labels: { user: 'bob' } });
    story.authorize('five', { units: 40_000, session: 'search' });
    story.transfer('six', { units: 70_000, asset: 'JPY', labels: { user: 'ada' } });
    story.at('2026-11-21T01:00:00Z');
    story.capture('three', 100_000, 50_000).refund('one', 5_000);
    story.transfer('seven', { units: 1, session: 'deep', labels: { user: 'bob' } });
    await append(database.url, story.entries);
    await project(database.url);
  });
  afterAll(async () => {
    await models.close();
    await database.drop();
  });

  it('D2: by label has a row for each label and one for unlabelled; the total counts each payment once', async () => {
    const { rows, totals } = await report({ group_by: ['label'], filters: { currency: 'USD' } });
    expect(rows.map(({ label, spent, held, payments, declined }) => [label, spent, held, payments, declined])).toEqual([
      [null, '0.1', '0.04', 2, 0],
      ['brief', '0.015', '0', 1, 0],
      ['user=ada', '0.315', '0', 2, 0],
      ['user=bob', '0.000001', '0', 1, 1],
    ]);
    expect(totals).toEqual([
      { currency: 'USD', spent: '0.415001', held: '0.04', earned: '0.3', refunded: '0.005', payments: 5, declined: 1 },
    ]);
  });

  it('by agent shows handles, what each spent and what each earned', async () => {
    const { rows } = await report({ group_by: ['agent'], filters: { currency: 'USD' } });
    expect(
      rows.map(({ agent_id, handle, spent, earned, payments }) => [agent_id, handle, spent, earned, payments]),
    ).toEqual([
      [story.id('agt', 'writer'), 'writer', '0.1', '0.3', 1],
      [story.id('agt', 'planner'), 'planner', '0.315001', '0', 4],
    ]);
  });

  it('by session contains what was spent below, with the parent to draw the tree', async () => {
    const { rows } = await report({ group_by: ['session'], filters: { currency: 'USD' } });
    const shown = Object.fromEntries(rows.map((row) => [String(row.session), row]));
    expect(shown[story.id('ses', 'root')]).toMatchObject({ spent: '0.315001', held: '0.04', parent_session_id: null });
    expect(shown[story.id('ses', 'search')]).toMatchObject({ spent: '0.015001', held: '0.04', declined: 1 });
    expect(shown[story.id('ses', 'deep')]).toMatchObject({
      spent: '0.015001',
      parent_session_id: story.id('ses', 'search'),
    });
    expect(shown['null']).toMatchObject({ session_id: null, spent: '0.1' });
  });

  it('by session below one session lists it and its descendants, and totals it once', async () => {
    const { rows, totals } = await report({ group_by: ['session'], filters: { session: story.id('ses', 'search') } });
    expect(rows.map(({ session }) => String(session)).sort()).toEqual(
      [story.id('ses', 'deep'), story.id('ses', 'search')].sort(),
    );
    expect(totals).toMatchObject([{ currency: 'USD', spent: '0.015001', held: '0.04' }]);
  });

  it('D5: puts a refund and a late capture on the day of the authorization', async () => {
    const { rows } = await report({ group_by: ['day'], filters: { currency: 'USD' } });
    expect(rows).toMatchObject([
      { day: '2026-11-20', spent: '0.415', refunded: '0.005', payments: 4 },
      { day: '2026-11-21', spent: '0.000001', refunded: '0', payments: 1 },
    ]);
    const later = await report({ group_by: ['day'], from: Date.UTC(2026, 10, 21) });
    expect(later.rows.map(({ day }) => day)).toEqual(['2026-11-21']);
    const earlier = await report({ group_by: ['agent'], to: Date.UTC(2026, 10, 21), filters: { currency: 'USD' } });
    expect(earlier.totals).toMatchObject([{ spent: '0.415' }]);
  });

  it('keeps currencies apart, in rows and in totals', async () => {
    const { rows, totals } = await report({ group_by: [] });
    expect(rows).toMatchObject([
      { currency: 'JPY', spent: '7' },
      { currency: 'USD', spent: '0.415001' },
    ]);
    expect(totals).toMatchObject([
      { currency: 'JPY', spent: '7' },
      { currency: 'USD', spent: '0.415001' },
    ]);
  });

  it('by agent and day, and filtered by another dimension than the grouped one', async () => {
    const byDay = await report({ group_by: ['agent', 'day'], filters: { agent: '@planner', currency: 'USD' } });
    expect(byDay.rows.map(({ day, spent }) => [day, spent])).toEqual([
      ['2026-11-20', '0.315'],
      ['2026-11-21', '0.000001'],
    ]);
    const ofSession = await report({ group_by: ['label'], filters: { session: story.id('ses', 'search') } });
    expect(ofSession.rows.map(({ label, spent, held }) => [label, spent, held])).toEqual([
      [null, '0', '0.04'],
      ['brief', '0.015', '0'],
      ['user=ada', '0.015', '0'],
      ['user=bob', '0.000001', '0'],
    ]);
    expect(ofSession.totals).toMatchObject([{ spent: '0.015001', held: '0.04', payments: 3, declined: 1 }]);
    const two = await report({ group_by: ['session', 'agent'], filters: { session: story.id('ses', 'search') } });
    expect(new Set(two.rows.map(({ session }) => session))).toEqual(
      new Set([story.id('ses', 'deep'), story.id('ses', 'search')]),
    );
  });

  it('D6: says the position it reflects, and until when everything is in it', async () => {
    const before = Date.now();
    const current = await report({ group_by: ['agent'] });
    expect(current.position).toBe(`${story.partition}:${story.entries.length}`);
    expect(current.as_of).toBeGreaterThanOrEqual(before);
    const later = new Story(story.org).transfer('x', { units: 1 }).entries[0]!;
    await append(database.url, [{ ...later, position: story.entries.length + 1 }]);
    const behind = await report({ group_by: ['agent'] });
    expect(behind.position).toBe(current.position);
    expect(behind.as_of).toBe(Date.parse('2026-11-21T01:00:00Z'));
  });

  it('F7: shows nothing of another organization', async () => {
    const other = await models.spendReport({ org: 'org_0000000000007000800000000000000b', group_by: ['agent'] });
    expect(other).toMatchObject({ rows: [], totals: [] });
    expect(await models.spendReport({ org: 'no such thing', group_by: ['label'] })).toMatchObject({ rows: [] });
  });

  it('refuses what it cannot answer, by name', async () => {
    const refused = async (query: Omit<SpendReportQuery, 'org'>) =>
      report(query).then(
        () => undefined,
        (error: { code: string; field: string }) => [error.code, error.field],
      );
    expect(await refused({ group_by: ['agent', 'agent'] })).toEqual(['dimension_unknown', 'group_by']);
    expect(await refused({ group_by: ['colour' as 'agent'] })).toEqual(['dimension_unknown', 'group_by']);
    expect(await refused({ group_by: [], from: 5 })).toEqual(['period_not_whole_days', 'from']);
    expect(await refused({ group_by: [], from: DAY_MS, to: DAY_MS })).toEqual(['period_empty', 'to']);
    expect(await refused({ group_by: [], limit: 0 })).toEqual(['limit_out_of_range', 'limit']);
    expect(await refused({ group_by: ['day'], cursor: 'nonsense' })).toEqual(['cursor_invalid', 'cursor']);
    const ofAgents = await report({ group_by: ['agent'], limit: 1 });
    expect(await refused({ group_by: ['label'], cursor: ofAgents.next_cursor ?? '' })).toEqual([
      'cursor_invalid',
      'cursor',
    ]);
    const pool = readerPool(database.url, { statement_timeout_ms: 5_000, connections: 1 });
    await expect(
      spendReport(pool, { org: story.org, group_by: ['agent', 'label'] }, undefined, 3),
    ).rejects.toMatchObject({ code: 'report_too_large', field: 'group_by' });
    await pool.end();
  });
});

describe('reports of a long log', () => {
  let database: TestDatabase;
  let models: ReadModels;
  const entries = [...syntheticLog({ seed: 3, payments: 2_500, agents: 6, sessions: 20 })];
  const org = entries[0]!.event.org;
  const expected = new ExpectedViews();
  beforeAll(async () => {
    for (const { event, partition, position } of entries) expected.add(event, partition, position);
    database = await readModelsDatabase();
    models = new ReadModels({ url: database.url });
    await append(database.url, entries);
    await project(database.url);
  });
  afterAll(async () => {
    await models.close();
    await database.drop();
  });

  async function all(query: Omit<SpendReportQuery, 'org'>, limit = 200): Promise<ReportRow[]> {
    const rows: ReportRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await models.spendReport({ org, ...query, cursor, limit });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      rows.push(...page.rows);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return rows;
  }

  /** Decimals of either asset as whole numbers, which are exact here. */
  function units(row: ReportRow): Record<string, number> {
    const scale = row.currency === 'USD' ? 1e6 : 1e4;
    const amount = (text: string) => Math.round(Number(text) * scale);
    const { payments, declined } = row;
    const [spent, held, earned, refunded] = [row.spent, row.held, row.earned, row.refunded].map(amount);
    return { spent, held, earned, refunded, payments, declined } as Record<string, number>;
  }

  function summed(rows: ReportRow[], by: (row: ReportRow) => unknown): Map<string, Record<string, number>> {
    const sums = new Map<string, Record<string, number>>();
    for (const row of rows) {
      const key = JSON.stringify(by(row));
      const sum = sums.get(key) ?? {};
      for (const [name, figure] of Object.entries(units(row))) sum[name] = (sum[name] ?? 0) + figure;
      sums.set(key, sum);
    }
    const shown = [...sums].filter(([, sum]) => Object.values(sum).some((figure) => figure !== 0));
    return new Map(shown.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  it.each(REPORT_DIMENSIONS)(
    'D2: by %s agrees with the log in every row, however small the pages',
    async (dimension) => {
      const rows = await all({ group_by: [dimension, ...(dimension === 'day' ? [] : (['day'] as const))] }, 7);
      const wanted = [...expected.rollup].flatMap(([key, figures]) => {
        const [, day, asset, inDimension, ...words] = key.split(' ');
        const value = words.join(' ');
        const shown = Object.values(figures).some((figure) => figure !== 0n);
        if (inDimension !== (dimension === 'day' ? 'org' : dimension) || !shown) return [];
        return [[JSON.stringify([dimension === 'day' ? day : value || null, day, asset]), figures] as const];
      });
      const shown = summed(rows, (row) => [row[dimension], row.day, row.currency]);
      expect([...shown.keys()]).toEqual(wanted.map(([key]) => key).sort());
      for (const [key, figures] of wanted) {
        expect(shown.get(key)).toEqual(
          Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Number(figure)])),
        );
      }
    },
  );

  it.each([
    ['agent', 'protocol'],
    ['service', 'label'],
    ['session', 'agent'],
    ['counterparty', 'session'],
    ['label', 'counterparty'],
  ] as [ReportDimension, ReportDimension][])(
    'D2: by %s and %s, summed over the second, is by the first',
    async (first, second) => {
      const rows = await all({ group_by: [first, second] });
      const once = second === 'protocol' || second === 'agent' || second === 'counterparty';
      // Over labels and sessions a payment stands in several rows, so only dimensions with one value each sum up.
      const single = summed(await all({ group_by: [first] }), (row) => [row[first], row.currency]);
      const both = summed(rows, (row) => [row[first], row.currency]);
      if (once) expect(both).toEqual(single);
      else expect([...both.keys()]).toEqual([...single.keys()]);
      const { totals } = await models.spendReport({ org, group_by: [first, second], limit: 1 });
      expect(totals).toEqual((await models.spendReport({ org, group_by: [] })).totals);
    },
  );

  it("D2: filtering by each value of a dimension shows that value's row", async () => {
    for (const dimension of ['agent', 'service', 'protocol', 'label', 'counterparty', 'session'] as const) {
      for (const row of (await all({ group_by: [dimension] })).slice(0, 4)) {
        const filters = { [dimension]: row[dimension] ?? '', currency: row.currency };
        const other = dimension === 'protocol' ? 'agent' : 'protocol';
        const kept = await models.spendReport({ org, group_by: [dimension], filters });
        const worked_out = await models.spendReport({ org, group_by: [other], filters });
        const { spent, held, earned, refunded, payments, declined, currency } = row;
        const wanted = { currency, spent, held, earned, refunded, payments, declined };
        expect(kept.totals).toEqual([wanted]);
        expect(worked_out.totals).toEqual([wanted]);
      }
    }
  });
});
