import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import type pg from 'pg';
import { compareViewsWithLog } from '../check/compare-views-with-log.js';
import { readerPool } from '../schema/connections.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';
import { syntheticLog } from '../../test-support/synthetic-log.js';
import { listPayments, type ListPaymentsQuery, type PaymentItem } from './list-payments.js';
import { ReadModels } from './read-models.js';

describe('one payment in the list', () => {
  it('B1: finds the payments whose outcome is unknown until they are resolved', async () => {
    const database = await readModelsDatabase();
    const models = new ReadModels({ url: database.url });
    const unknown = async (org: string) =>
      (await models.listPayments({ org, status: 'outcome_unknown' })).items.map(({ payment_id }) => payment_id);
    try {
      const story = new Story().at('2026-11-20T12:00:00Z').agent('planner');
      for (const name of ['one', 'two', 'three', 'four']) story.authorize(name, { units: 10 });
      story.outcomeUnknown('one').outcomeUnknown('two').outcomeUnknown('three');
      await append(database.url, story.entries);
      await project(database.url);
      expect(await unknown(story.org)).toEqual(['three', 'two', 'one'].map((name) => story.id('pay', name)));
      const before = story.entries.length;
      story.capture('one', 4, 6).void('three', 10);
      await append(database.url, story.entries.slice(before));
      await project(database.url);
      expect(await unknown(story.org)).toEqual([story.id('pay', 'two')]);
    } finally {
      await models.close();
      await database.drop();
    }
  }, 120_000);

  it('B6: shows until when it is held, also where that was extended, in the batch that made it or later', async () => {
    const database = await readModelsDatabase();
    const models = new ReadModels({ url: database.url });
    const shown = async (story: Story) => {
      const { items } = await models.listPayments({ org: story.org, order: 'oldest_first' });
      return items.map(({ expires_at }) => expires_at && new Date(expires_at).toISOString());
    };
    try {
      const story = new Story().at('2026-11-20T12:00:00Z').agent('planner');
      story.authorize('one', { units: 10 }).authorize('two', { units: 10 }).transfer('three', { units: 1 });
      story.extend('one', '2026-11-20T13:00:00Z').capture('one', 4, 0, false);
      await append(database.url, story.entries);
      await project(database.url);
      expect(await shown(story)).toEqual(['2026-11-20T13:00:00.000Z', '2026-11-20T12:15:00.000Z', null]);
      const before = story.entries.length;
      story.extend('two', '2026-11-20T14:00:00Z').capture('one', 1, 0, false);
      await append(database.url, story.entries.slice(before));
      await project(database.url);
      expect(await shown(story)).toEqual(['2026-11-20T13:00:00.000Z', '2026-11-20T14:00:00.000Z', null]);
      expect(await compareViewsWithLog(database.url)).toMatchObject({ mismatches: [], mismatch_count: 0 });
    } finally {
      await models.close();
      await database.drop();
    }
  }, 120_000);

  it('shows what it is, in decimals, and what became of it', async () => {
    const database = await readModelsDatabase();
    const models = new ReadModels({ url: database.url });
    try {
      const story = new Story().at('2026-11-20T12:00:00Z').agent('planner').agent('writer').session('root');
      story.authorize('one', {
        to: 'writer',
        units: 50_000,
        session: 'root',
        labels: { user: 'ä\t"\\' },
        category: 'text',
      });
      story.decline('two', { units: 7 }).authorize('three', { units: 10 }).authorize('four', { units: 10 });
      story.authorize('five', { units: 10 }).authorize('six', { units: 10 }).authorize('seven', { units: 10 });
      story.capture('one', 30_000, 20_000).refund('one', 10_000).void('three', 10).capture('four', 4, 0, false);
      story.void('four', 6).expire('five', 10).outcomeUnknown('six');
      await append(database.url, story.entries);
      await project(database.url);
      const { items, next_cursor } = await models.listPayments({ org: story.org });
      expect(next_cursor).toBeNull();
      expect(items.map(({ status }) => status)).toEqual([
        ...['authorized', 'outcome_unknown', 'expired', 'voided', 'voided', 'declined', 'refunded'],
      ]);
      expect(items.at(-1)).toEqual({
        payment_id: story.id('pay', 'one'),
        status: 'refunded',
        amount: '0.05',
        amount_held: '0',
        amount_captured: '0.03',
        amount_refunded: '0.01',
        currency: 'USD',
        payer: { agent_id: story.id('agt', 'planner'), handle: 'planner' },
        payee: { agent_id: story.id('agt', 'writer'), handle: 'writer' },
        session_id: story.id('ses', 'root'),
        labels: { user: 'ä\t"\\' },
        protocol: 'direct',
        category: 'text',
        decided_at: Date.parse('2026-11-20T12:00:00Z'),
        expires_at: Date.parse('2026-11-20T12:15:00Z'),
        position: `${story.partition}:4`,
        approval: null,
        decline: null,
      } satisfies PaymentItem);
      expect(items.find(({ status }) => status === 'declined')).toMatchObject({
        payee: { service: 'search' },
        decline: { code: 'session_budget_exceeded' },
        session_id: null,
      });
    } finally {
      await models.close();
      await database.drop();
    }
  }, 120_000);
});

describe('approvals in the list', () => {
  it('D4: tell what became of each, the same whether the events came in one batch or in several', async () => {
    const database = await readModelsDatabase();
    const models = new ReadModels({ url: database.url });
    try {
      const story = new Story().at('2026-11-20T12:00:00Z').agent('planner');
      for (const name of ['pending', 'approved', 'denied', 'expired', 'voided', 'later'])
        story.ask(name, { units: 10 });
      story.authorize('plain', { units: 10 }).void('plain', 10);
      const before = [...story.entries];
      story.at('2026-11-20T13:00:00Z').approve('approved').approve('later').void('later', 10);
      story.voidPending('denied', 10, 'approval_denied').voidPending('expired', 10, 'approval_expired');
      story.voidPending('voided', 10, 'requested');
      const found = async () => {
        const page = await models.listPayments({ org: story.org, order: 'oldest_first' });
        return page.items.map(({ status, approval, amount_held }) => [status, approval, amount_held]);
      };
      await append(database.url, before);
      await project(database.url);
      const held = '0.00001';
      expect(new Set(await found())).toContainEqual(['pending_approval', 'pending', held]);
      await append(database.url, story.entries.slice(before.length));
      await project(database.url);
      expect(await found()).toEqual([
        ['pending_approval', 'pending', held],
        ['authorized', 'approved', held],
        ['voided', 'denied', '0'],
        ['voided', 'expired', '0'],
        ['voided', 'voided', '0'],
        ['voided', 'approved', '0'],
        ['voided', null, '0'],
      ]);
      const approved = await models.listPayments({ org: story.org, approval: 'approved' });
      expect(approved.items.map(({ payment_id }) => payment_id)).toEqual([
        story.id('pay', 'later'),
        story.id('pay', 'approved'),
      ]);
      expect(approved.items.at(-1)!.expires_at).toBe(Date.parse('2026-11-20T13:15:00Z'));
    } finally {
      await models.close();
      await database.drop();
    }
  }, 120_000);
});

describe('pages of payments', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const entries = [...syntheticLog({ seed: 5, payments: 1_200, organizations: 2, agents: 4, sessions: 6 })];
  const org = entries[0]!.event.org;
  beforeAll(async () => {
    database = await readModelsDatabase();
    await append(database.url, entries);
    await project(database.url);
    pool = readerPool(database.url, { statement_timeout_ms: 10_000, connections: 2 });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function walk(query: Omit<ListPaymentsQuery, 'org'>, looked_at?: number, eachPage?: () => Promise<void>) {
    const items: PaymentItem[] = [];
    let cursor: string | undefined;
    do {
      const page = await listPayments(pool, { org, ...query, cursor }, looked_at);
      items.push(...page.items);
      cursor = page.next_cursor ?? undefined;
      await eachPage?.();
    } while (cursor !== undefined);
    return items;
  }

  const places = (items: PaymentItem[]) => items.map(({ position }) => Number(position.split(':')[1]));

  it('H2: give each payment once, newest first or oldest first', async () => {
    const newest = await walk({ limit: 7 });
    expect(newest).toHaveLength(600);
    expect(new Set(newest.map(({ payment_id }) => payment_id)).size).toBe(600);
    expect(places(newest)).toEqual([...places(newest)].sort((one, other) => other - one));
    expect(await walk({ limit: 200, order: 'oldest_first' })).toEqual([...newest].reverse());
  });

  it('H1, H2: with filters that no index serves, pages look at few rows and lose none', async () => {
    const every = await walk({ limit: 200 });
    const filters: [Omit<ListPaymentsQuery, 'org'>, (item: PaymentItem) => boolean][] = [
      [{ status: 'declined' }, (item) => item.status === 'declined'],
      [{ label: 'user=user-3' }, (item) => item.labels['user'] === 'user-3'],
      [{ label: 'market survey' }, (item) => item.labels['label'] === 'market survey'],
      [{ agent: 'agent-1' }, (item) => item.payer.handle === 'agent-1'],
      [
        { agent: every[0]!.payer.agent_id, status: 'captured' },
        (item) => item.payer.handle === every[0]!.payer.handle && item.status === 'captured',
      ],
      [
        { session: every.find(({ session_id }) => session_id)!.session_id! },
        (item) => item.session_id === every.find(({ session_id }) => session_id)!.session_id,
      ],
      [
        { from: every[300]!.decided_at, to: every[100]!.decided_at },
        (item) => item.decided_at >= every[300]!.decided_at && item.decided_at < every[100]!.decided_at,
      ],
    ];
    for (const [query, matches] of filters) {
      const wanted = every.filter(matches);
      expect(wanted.length).toBeGreaterThan(3);
      for (const looked_at of [5, 10_000]) {
        expect(await walk({ ...query, limit: 4 }, looked_at)).toEqual(wanted);
        expect(await walk({ ...query, limit: 4, order: 'oldest_first' }, looked_at)).toEqual([...wanted].reverse());
      }
    }
  });

  it('answers nothing, rather than everything, for what does not exist', async () => {
    for (const query of [
      { agent: 'nobody' },
      { session: 'ses_x' },
      { agent: 'agt_' + 'f'.repeat(32) },
      { label: 'none' },
    ]) {
      expect(await walk(query)).toEqual([]);
    }
    expect(await listPayments(pool, { org: 'org_' + 'f'.repeat(32) })).toEqual({ items: [], next_cursor: null });
  });

  it('F7: a cursor of one organization shows nothing of it to another', async () => {
    const { next_cursor } = await listPayments(pool, { org, limit: 5 });
    const other = entries.find(({ event }) => event.org !== org)!.event.org;
    const { items } = await listPayments(pool, { org: other, limit: 200, cursor: next_cursor ?? undefined });
    const first = await walk({ limit: 200 });
    expect(items.some(({ payment_id }) => first.some((item) => item.payment_id === payment_id))).toBe(false);
  });

  it('refuses limits and cursors that are none', async () => {
    for (const limit of [0, 201, 1.5])
      await expect(listPayments(pool, { org, limit })).rejects.toMatchObject({ code: 'limit_out_of_range' });
    const made_up = Buffer.from('["payments","1","x"]').toString('base64url');
    for (const cursor of ['', 'x', made_up]) {
      await expect(listPayments(pool, { org, cursor })).rejects.toMatchObject({ code: 'cursor_invalid' });
    }
  });

  it('H2: walking while payments are made and refunded gives each payment that was there once', async () => {
    const before = await walk({ limit: 200 });
    const last = entries.filter(({ event }) => event.org === org).at(-1)!;
    let position = last.position;
    const more = new Story(org, last.event.time + 1);
    let made = 0;
    const during = await walk({ limit: 25 }, undefined, async () => {
      more.entries.length = 0;
      for (let count = 0; count < 10; count++) more.transfer(`during ${made++}`, { units: 3 });
      await append(
        database.url,
        more.entries.map((entry) => ({ ...entry, position: ++position })),
      );
      await project(database.url);
    });
    expect(during).toEqual(before);
    expect(await walk({ limit: 200 })).toHaveLength(before.length + made);
    const sum = (items: PaymentItem[]) =>
      items
        .filter(({ currency }) => currency === 'USD')
        .reduce(
          (total, item) => total + Math.round((Number(item.amount_captured) - Number(item.amount_refunded)) * 1e6),
          0,
        );
    const models = new ReadModels({ url: database.url });
    const { totals } = await models.spendReport({ org, group_by: [], filters: { currency: 'USD' } });
    await models.close();
    expect(sum(await walk({ limit: 200 }))).toBe(Math.round(Number(totals[0]?.spent) * 1e6));
  });
});
