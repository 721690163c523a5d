import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import { compareViewsWithLog } from '../check/compare-views-with-log.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';
import type { ListPaymentRequestsQuery } from './list-payment-requests.js';
import { ReadModels } from './read-models.js';

const HERE = 'org_00000000000070008000000000000001';
const THERE = 'org_00000000000070008000000000000002';
const NOON = Date.parse('2026-11-20T12:00:00Z');

class Requests extends Story {
  request(
    name: string,
    fields: { payer?: string; payer_org?: string; expires_at?: number; payee?: string } = {},
  ): this {
    const { payer = 'planner', payer_org, expires_at, payee = 'writer' } = fields;
    return this.tell({
      type: 'request.opened',
      ...this.parties(name, payee, payer, payer_org),
      amount: '400000',
      asset: 'USD',
      labels: { 'ä\t': '"\\' },
      category: 'text',
      ...(expires_at === undefined ? {} : { expires_at }),
    });
  }

  ended(name: string, type: 'paid' | 'cancelled' | 'declined', payment?: string): this {
    const parties = this.parties(name, 'writer', 'planner', undefined);
    return this.tell({ type: `request.${type}`, ...parties, ...(payment ? { payment: this.id('pay', payment) } : {}) });
  }

  private parties(name: string, payee: string, payer: string, payer_org: string | undefined): object {
    return {
      request_id: this.id('req', name),
      payee: { agent_id: this.id('agt', payee), handle: payee },
      payer: payer_org ? { payer_org, handle: payer } : { agent_id: this.id('agt', payer), handle: payer },
    };
  }
}

describe('payment requests in the list', () => {
  let database: TestDatabase;
  let models: ReadModels;
  const story = new Requests(HERE);
  const there = new Requests(THERE);

  beforeAll(async () => {
    database = await readModelsDatabase();
    models = new ReadModels({ url: database.url });
    story.at('2026-11-20T12:00:00Z').agent('planner').agent('writer').agent('editor');
    there.at('2026-11-20T12:00:00Z').agent('buyer');
    // Opened and ended in one batch, and in two.
    story
      .request('a')
      .request('b', { expires_at: NOON + 60_000 })
      .request('c')
      .request('d')
      .request('e');
    story.request('f', { payer: 'buyer', payer_org: THERE }).request('g', { payee: 'editor' });
    story.at('2026-11-20T12:00:10Z').ended('c', 'paid', 'p1');
    await append(database.url, [...story.entries, ...there.entries]);
    await project(database.url, 4);
    const before = story.entries.length;
    story.at('2026-11-20T12:00:20Z').ended('d', 'cancelled').ended('e', 'declined');
    await append(database.url, story.entries.slice(before));
    await project(database.url);
  }, 60_000);
  afterAll(async () => {
    await models?.close();
    await database?.drop();
  });

  const list = (query: Partial<ListPaymentRequestsQuery> = {}) =>
    models.listPaymentRequests({ org: HERE, as: 'payee', now: NOON + 30_000, ...query });
  const names = async (query: Partial<ListPaymentRequestsQuery> = {}): Promise<string> =>
    (await list(query)).items.map(({ request_id }) => nameOf(request_id)).join('');

  function nameOf(id: string): string {
    return Buffer.from(id.slice(4), 'hex').toString().replaceAll('\0', '');
  }

  it('shows what is open first, those that last longest before the others, then what ended last', async () => {
    expect(await names()).toBe('gfabedc');
    expect(await names({ now: NOON + 60_000 })).toBe('gfabedc');
  });

  it('shows what it is, in decimals, and what became of it', async () => {
    const { items } = await list();
    expect(items.find(({ request_id }) => nameOf(request_id) === 'c')).toEqual({
      request_id: story.id('req', 'c'),
      status: 'paid',
      payee: { agent_id: story.id('agt', 'writer'), handle: 'writer' },
      payer: { agent_id: story.id('agt', 'planner'), handle: 'planner' },
      amount: '0.4',
      currency: 'USD',
      labels: { 'ä\t': '"\\' },
      category: 'text',
      opened_at: NOON,
      expires_at: null,
      ended_at: NOON + 10_000,
      payment_id: story.id('pay', 'p1'),
      position: `${story.partition}:6`,
    });
  });

  it('E1: is expired from its time on, by the clock of who asks', async () => {
    expect(await names({ status: 'expired', now: NOON + 59_999 })).toBe('');
    expect(await names({ status: 'expired', now: NOON + 60_000 })).toBe('b');
    expect(await names({ status: 'open', now: NOON + 59_999 })).toBe('gfab');
    expect(await names({ status: 'open', now: NOON + 60_000 })).toBe('gfa');
  });

  it('finds by status and by agent, by id or handle, on the side that is asked about', async () => {
    expect(await names({ status: 'paid' })).toBe('c');
    expect(await names({ status: 'cancelled' })).toBe('d');
    expect(await names({ status: 'declined' })).toBe('e');
    expect(await names({ agent: 'editor' })).toBe('g');
    expect(await names({ agent: story.id('agt', 'writer') })).toBe('fabedc');
    expect(await names({ agent: 'nobody' })).toBe('');
    expect(await names({ as: 'payer' })).toBe('gabedc');
    expect(await names({ as: 'payer', agent: 'planner', status: 'open' })).toBe('gab');
    expect(await names({ as: 'payer', agent: 'writer' })).toBe('');
  });

  it('F7: shows the org that is asked who asks for how much, and nothing more of the org that asks', async () => {
    const asked = await list({ org: THERE, as: 'payer' });
    expect(asked.items).toEqual([
      {
        request_id: story.id('req', 'f'),
        status: 'open',
        payee: { payee_org: HERE, handle: 'writer' },
        payer: { payer_org: THERE, handle: 'buyer' },
        amount: '0.4',
        currency: 'USD',
        category: 'text',
        opened_at: NOON,
        expires_at: null,
        ended_at: null,
        payment_id: null,
      },
    ]);
    expect(await names({ org: THERE, as: 'payer', agent: there.id('agt', 'buyer') })).toBe('f');
    expect(await names({ org: THERE, as: 'payer', agent: 'other' })).toBe('');
    expect(await names({ org: THERE })).toBe('');
  });

  it('H2: gives each once over all pages, whatever their size, also where a filter looks at many rows', async () => {
    for (const limit of [1, 2, 3, 7]) {
      for (const [query, all] of [
        [{}, 'gfabedc'],
        [{ status: 'paid' as const }, 'c'],
        [{ as: 'payer' as const, agent: 'planner' }, 'gabedc'],
      ] as const) {
        let seen = '';
        let cursor: string | undefined;
        do {
          const page = await list({ ...query, limit, cursor });
          seen += page.items.map(({ request_id }) => nameOf(request_id)).join('');
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toBe(all);
      }
    }
  });

  it('refuses a cursor of another list, or one that nobody gave', async () => {
    const text = (place: unknown[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');
    for (const place of [
      ['payments', '1', '2'],
      ['payment requests', 'x', 'y'],
      ['payment requests', '1'],
    ])
      await expect(list({ cursor: text(place) })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  it('D2: the views are what the log says', async () => {
    expect(await compareViewsWithLog(database.url)).toMatchObject({ mismatches: [], mismatch_count: 0 });
  });
});
