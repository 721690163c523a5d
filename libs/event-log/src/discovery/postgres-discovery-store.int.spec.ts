import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import type { PaymentTerms, ResourceQuery, SettledResource } from './paid-resource.js';
import { PostgresDiscoveryStore } from './postgres-discovery-store.js';

let test: TestLog;
let store: PostgresDiscoveryStore;
const others: PostgresDiscoveryStore[] = [];

function open(): PostgresDiscoveryStore {
  return new PostgresDiscoveryStore({
    url: test.database.url,
    resources_of_org: 5,
    fits: (_, accepts) => JSON.stringify(accepts).length < 400,
    isOpen: ({ takes_foreign_payments }, accepts) =>
      takes_foreign_payments && accepts.every(({ payTo }) => payTo !== 'hidden'),
  });
}

beforeAll(async () => {
  test = await openTestLog();
  store = open();
});
beforeEach(() => test.admin.query('truncate bursar.paid_resource'));
afterAll(async () => {
  for (const one of [store, ...others]) await one.close();
  await test.close();
});

const now = Date.now();
const terms = (fields: PaymentTerms = {}): PaymentTerms => ({
  scheme: 'exact',
  network: 'ledger:test',
  asset: 'USD',
  payTo: 'seller',
  amount: '1',
  ...fields,
});

function settled(fields: Partial<SettledResource> = {}): SettledResource {
  return {
    org: 'org_a',
    resource: 'https://a.example/weather',
    variant: 'GET',
    type: 'http',
    x402_version: 2,
    accepts: terms(),
    details: '{"extensions":{"bazaar":{"number":1.0}}}',
    words: 'weather of a city',
    takes_foreign_payments: true,
    settled_at: now,
    ...fields,
  };
}

const page = (fields: Partial<ResourceQuery> & { offset?: number } = {}) =>
  store.list({ org: 'org_b', withheld: [], terms: {}, limit: 20, offset: 0, ...fields });
const shown = async (fields: Parameters<typeof page>[0] = {}) => {
  const { resources, total } = await page(fields);
  expect(total).toBe(resources.length);
  return resources.map(({ resource }) => resource.split('/').at(-1));
};
const at = (path: string, fields: Partial<SettledResource> = {}) =>
  settled({ resource: `https://a.example/${path}`, ...fields });

describe('The catalogue of paid resources', () => {
  it('C8: has a resource once however often it settles, as it was at its latest settlement, whose text is as it came', async () => {
    await store.keep(settled());
    await store.keep(settled({ accepts: terms({ amount: '3' }), settled_at: now + 2, details: '{"three":3.0}' }));
    await store.keep(settled({ accepts: terms({ amount: '2' }), settled_at: now + 1, details: '{"two":2.0}' }));
    const { resources, total } = await page();
    expect(total).toBe(1);
    expect(resources).toEqual([
      {
        id: expect.any(Number),
        org: 'org_a',
        resource: 'https://a.example/weather',
        type: 'http',
        x402_version: 2,
        accepts: [terms({ amount: '3' })],
        details: '{"three":3.0}',
        settled_at: now + 2,
      },
    ]);
  });

  it('C8: of twenty settlements at once, by several processes, the latest stays, and there is one row', async () => {
    const processes = Array.from({ length: 4 }, () => open());
    others.push(...processes);
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        processes[turn % 4]!.keep(settled({ settled_at: now + turn, accepts: terms({ amount: String(turn) }) })),
      ),
    );
    const { resources } = await page();
    expect(resources).toMatchObject([{ settled_at: now + 19, accepts: [{ amount: '19' }] }]);
  });

  it('A6: methods and tools of one address, and the same address of two orgs, are resources of their own', async () => {
    await store.keep(settled());
    await store.keep(settled({ variant: 'POST' }));
    await store.keep(settled({ variant: 'forecast', type: 'mcp' }));
    await store.keep(settled({ org: 'org_c' }));
    expect(await shown()).toHaveLength(4);
    expect(await shown({ type: 'mcp' })).toHaveLength(1);
  });

  it('A6: a resource shows the ways in which it was paid, one for each network, the newest first, of one wire', async () => {
    const chain = (network: string) => terms({ network, payTo: '0x1' });
    await store.keep(settled());
    await store.keep(settled({ accepts: chain('eip155:1') }));
    await store.keep(settled({ accepts: terms({ payTo: 'other' }) }));
    expect((await page()).resources[0]!.accepts).toEqual([terms({ payTo: 'other' }), chain('eip155:1')]);
    for (const network of ['eip155:2', 'eip155:3', 'eip155:4', 'eip155:5'])
      await store.keep(settled({ accepts: chain(network) }));
    // More would be too large for the page.
    expect((await page()).resources[0]!.accepts.map(({ network }) => network)).toEqual([
      'eip155:5',
      'eip155:4',
      'eip155:3',
      'eip155:2',
    ]);
    await store.keep(settled({ accepts: { ...chain('eip155:6'), more: 'x'.repeat(290) } }));
    expect((await page()).resources[0]!.accepts).toHaveLength(1);
    await store.keep(settled());
    await store.keep(settled({ x402_version: 1 }));
    expect((await page()).resources[0]!.accepts).toEqual([terms()]);
  });

  it('F7: others see of an org what is open, itself sees all, and what is withheld nobody sees', async () => {
    await store.keep(at('open'));
    await store.keep(at('closed', { takes_foreign_payments: false }));
    await store.keep(at('inside', { accepts: terms({ payTo: 'hidden' }) }));
    await store.keep(at('both', { accepts: terms({ payTo: 'hidden' }) }));
    await store.keep(at('both', { accepts: terms({ network: 'eip155:1' }) }));
    expect(await shown()).toEqual(['open']);
    expect(await shown({ org: 'org_a' })).toEqual(['open', 'closed', 'inside', 'both']);
    expect(await shown({ withheld: ['org_a'] })).toEqual([]);
    await store.keep(at('open', { takes_foreign_payments: false }));
    expect(await shown()).toEqual([]);
    await store.keep(at('open'));
    await store.close_to_others('org_a');
    expect(await shown()).toEqual([]);
    expect(await shown({ org: 'org_a' })).toHaveLength(4);
    const search = { withheld: [], terms: {}, limit: 20, words: 'weather' };
    expect(await store.search({ ...search, org: 'org_b' })).toEqual([]);
    expect(await store.search({ ...search, org: 'org_a' })).toHaveLength(4);
  });

  it('A10: is asked by fields of terms, all of which one way to pay has', async () => {
    await store.keep(at('one', { accepts: terms({ network: 'eip155:1', payTo: '0x1' }) }));
    await store.keep(at('one', { accepts: terms() }));
    await store.keep(at('two', { accepts: terms({ scheme: 'upto' }) }));
    expect(await shown({ terms: { network: 'eip155:1' } })).toEqual(['one']);
    expect(await shown({ terms: { network: 'eip155:1', payTo: 'seller' } })).toEqual([]);
    expect(await shown({ terms: { payTo: 'seller' } })).toEqual(['one', 'two']);
    expect(await shown({ terms: { scheme: 'upto' } })).toEqual(['two']);
    expect(await shown({ terms: { payTo: `"}]'::jsonb or true --` } })).toEqual([]);
  });

  it('H2: pages hold still while resources settle anew and others come', async () => {
    for (const path of ['a', 'b', 'c']) await store.keep(at(path));
    const first = await page({ limit: 2 });
    await store.keep(at('a', { settled_at: now + 5 }));
    await store.keep(at('d'));
    const second = await page({ limit: 2, offset: 2 });
    expect([...first.resources, ...second.resources].map(({ resource }) => resource.at(-1))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect([first.total, second.total]).toEqual([3, 4]);
  });

  it('H2: a search is walked page by page, and shows each find once, what has most of the words first', async () => {
    for (const org of ['org_c', 'org_d', 'org_e']) {
      await store.keep(at('both', { org, words: 'weather forecasts' }));
      await store.keep(at('one', { org, words: 'weather news' }));
      await store.keep(at('none', { org, words: 'stock prices' }));
    }
    const query = { org: 'org_b', withheld: [], terms: {}, limit: 2, words: 'forecast of the weather' };
    const seen: string[] = [];
    let after: { rank: number; id: number } | undefined;
    for (let turn = 0; turn < 10; turn++) {
      const found = await store.search({ ...query, after });
      if (found.length === 0) break;
      seen.push(...found.map(({ org, resource }) => `${org} ${resource.split('/').at(-1)}`));
      after = found.at(-1);
    }
    expect(seen.map((one) => one.split(' ')[1])).toEqual(['both', 'both', 'both', 'one', 'one', 'one']);
    expect(new Set(seen).size).toBe(6);
    for (const words of ['', 'of the', "'", ':* & !', 'nothing'])
      expect(await store.search({ ...query, words })).toEqual([]);
  });

  it('H1: an org has so many resources and no more; the one that settled longest ago goes', async () => {
    for (let turn = 0; turn < 5; turn++) await store.keep(at(`r${turn}`, { settled_at: now + turn }));
    await store.keep(at('r0', { settled_at: now + 10 }));
    await store.keep(at('theirs', { org: 'org_c', settled_at: now - 10 }));
    await store.keep(at('r5', { settled_at: now + 11 }));
    expect(await shown()).toEqual(['r0', 'r2', 'r3', 'r4', 'theirs', 'r5']);
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) => store.keep(at(`n${turn}`, { settled_at: now + 20 + turn }))),
    );
    expect((await shown({ org: 'org_a' })).filter((one) => one !== 'theirs')).toHaveLength(5);
  });

  it('H1: what has not settled for 30 days is not shown, comes back where it settles, and is swept', async () => {
    const days = 86_400_000;
    await store.keep(at('young', { settled_at: now - 29.9 * days }));
    await store.keep(at('old', { settled_at: now - 30.1 * days }));
    await store.keep(at('again', { settled_at: now - 40 * days }));
    expect(await shown({ org: 'org_a' })).toEqual(['young']);
    await store.keep(at('again'));
    expect(await shown()).toEqual(['young', 'again']);
    expect(await store.sweep()).toBe(1);
    expect(await store.sweep()).toBe(0);
    const { rows } = await test.admin.query('select count(*)::int as rows from bursar.paid_resource');
    expect(rows).toEqual([{ rows: 2 }]);
  });

  it('D8: is written by a role that can touch nothing else, and that the log’s roles are not', async () => {
    await test.admin.query('set role bursar_discovery');
    for (const statement of [
      'select * from bursar.event',
      'select * from bursar.note',
      'insert into bursar.checkpoint default values',
      'truncate bursar.paid_resource',
    ])
      await expect(test.admin.query(statement)).rejects.toThrow('permission denied');
    for (const role of ['bursar_writer', 'bursar_reader']) {
      await test.admin.query(`set role ${role}`);
      await expect(test.admin.query('select * from bursar.paid_resource')).rejects.toThrow('permission denied');
    }
    await test.admin.query('reset role');
  });
});
