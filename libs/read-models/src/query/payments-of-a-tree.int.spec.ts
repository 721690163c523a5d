import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#testing';
import type pg from 'pg';
import { readerPool } from '../schema/connections.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';
import { listPayments, type ListPaymentsQuery } from './list-payments.js';
import { sessionsBelow } from './sessions-below.js';

let database: TestDatabase;
let pool: pg.Pool;
const story = new Story().at('2026-11-20T12:00:00Z').agent('one').agent('two');
const other = new Story('org_0190000000007000800000000000000b')
  .at('2026-11-20T12:00:00Z')
  .agent('planner')
  .session('theirs');

beforeAll(async () => {
  story.session('root').session('left', 'root').session('leaf', 'left').session('right', 'root').session('apart');
  const places = [undefined, 'root', 'left', 'leaf', 'right', 'apart'];
  for (let made = 0; made < 60; made++) {
    const words = { from: made % 4 === 0 ? 'two' : 'one', units: 1, session: places[made % places.length] };
    if (made % 5 === 0) story.decline(`p${made}`, words);
    else story.transfer(`p${made}`, words);
  }
  other.transfer('paid', { units: 1, session: 'theirs' });
  database = await readModelsDatabase();
  await append(database.url, story.entries);
  await append(
    database.url,
    other.entries.map((entry, at) => ({ ...entry, position: story.entries.length + at + 1 })),
  );
  await project(database.url);
  pool = readerPool(database.url, { statement_timeout_ms: 10_000, connections: 2 });
}, 120_000);
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function walk(query: Omit<ListPaymentsQuery, 'org'>, looked_at?: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listPayments(pool, { org: story.org, ...query, cursor }, looked_at);
    found.push(...page.items.map(({ payment_id }) => payment_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** What is to be found, newest first, by what the story tells. */
function told(places: readonly (string | undefined)[], matches: (made: number) => boolean = () => true): string[] {
  const numbers = Array.from({ length: 60 }, (_, made) => made).filter(
    (made) => places.includes([undefined, 'root', 'left', 'leaf', 'right', 'apart'][made % 6]) && matches(made),
  );
  return numbers.reverse().map((made) => story.id('pay', `p${made}`));
}

const session = (name: string) => story.id('ses', name);

describe('Payments of a session and those below it', () => {
  it.each([
    ['root', ['root', 'left', 'leaf', 'right']],
    ['left', ['left', 'leaf']],
    ['leaf', ['leaf']],
    ['apart', ['apart']],
  ])('F7 H2: of %s are those of %j, each once, in pages of any size and either order', async (top, places) => {
    const within = session(top);
    for (const limit of [1, 3, 200]) expect(await walk({ within, limit })).toEqual(told(places));
    expect(await walk({ within, limit: 4, order: 'oldest_first' })).toEqual(told(places).reverse());
  });

  it('H1 H2: narrow every other filter, also where pages look at few rows', async () => {
    const within = session('left');
    const declined = told(['left', 'leaf'], (made) => made % 5 === 0);
    const ofTwo = told(['left', 'leaf'], (made) => made % 4 === 0);
    expect(declined.length).toBeGreaterThan(2);
    for (const looked_at of [1, 5_000]) {
      expect(await walk({ within, status: 'declined', limit: 1 }, looked_at)).toEqual(declined);
      expect(await walk({ within, agent: 'two', limit: 2 }, looked_at)).toEqual(ofTwo);
      expect(await walk({ within, agent: story.id('agt', 'two'), limit: 2 }, looked_at)).toEqual(ofTwo);
    }
    expect(await walk({ within, session: session('leaf') })).toEqual(told(['leaf']));
    expect(await walk({ within, from: Date.parse('2026-11-21T00:00:00Z') })).toEqual([]);
  });

  it('F7: are none of a session beside it or above it, of another org, or of nothing', async () => {
    for (const name of ['root', 'right', 'apart']) {
      expect(await walk({ within: session('left'), session: session(name) })).toEqual([]);
    }
    expect(await walk({ within: other.id('ses', 'theirs') })).toEqual([]);
    for (const within of ['ses_x', story.id('ses', 'none')]) expect(await walk({ within })).toEqual([]);
  });

  it('H1: are refused by name where more sessions stand below than a page may ask', async () => {
    const hex = session('root').slice(4);
    expect(await sessionsBelow(pool, story.org.slice(4), hex, 4)).toHaveLength(4);
    await expect(sessionsBelow(pool, story.org.slice(4), hex, 3)).rejects.toMatchObject({
      code: 'sessions_too_many',
      field: 'session_id',
    });
  });
});
