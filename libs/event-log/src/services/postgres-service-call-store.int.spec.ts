import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import { PostgresServiceCallStore } from './postgres-service-call-store.js';
import type { ServiceCall } from './service-call.js';

let test: TestLog;
let store: PostgresServiceCallStore;

beforeAll(async () => {
  test = await openTestLog();
  store = new PostgresServiceCallStore({ url: test.database.url, retention_days: 30 });
});
afterAll(async () => {
  await store.close();
  await test.close();
});

let serial = 0;
async function begun(fields: Partial<ServiceCall> = {}): Promise<string> {
  serial += 1;
  const payment_id = `pay_${serial.toString(16).padStart(32, '0')}`;
  const call = { org: 'org_1', service: 'search', is_sandbox: true, salt: 's', request: '{}', ends_in_ms: 60_000 };
  expect(await store.begin({ payment_id, ...call, ...fields })).toBe(true);
  return payment_id;
}

const taken = async () => (await store.take(100, 60_000)).map(({ payment_id }) => payment_id);

describe('Calls of paid services beside the log', () => {
  it('D20: are read with what was asked and answered, exactly as it was', async () => {
    const request = JSON.stringify({ query: 'Ünïcödé 😀 \' " \\' });
    const payment_id = await begun({ request, is_sandbox: false });
    const kept = { payment_id, org: 'org_1', service: 'search', is_sandbox: false, salt: 's', request };
    expect(await store.read(payment_id)).toEqual({ ...kept, state: 'calling' });
    await store.answered({ payment_id, answer: '{"a":1}', units: 9_007_199_254_740_993n });
    const answered = { ...kept, answer: '{"a":1}', units: 9_007_199_254_740_993n };
    expect(await store.read(payment_id)).toEqual({ ...answered, state: 'answered' });
    await store.ended([payment_id]);
    expect(await store.read(payment_id)).toEqual({ ...answered, state: 'ended' });
    expect(await store.read(`pay_${'f'.repeat(32)}`)).toBeUndefined();
  });

  it('C1: have one answer, the first, and it is said whose it is', async () => {
    const payment_id = await begun();
    const again = { payment_id, org: 'org_1', service: 'search', is_sandbox: true, salt: 's' };
    expect(await store.begin({ ...again, request: '{"other":1}', ends_in_ms: 0 })).toBe(false);
    const said = await Promise.all([1, 2, 3].map((n) => store.answered({ payment_id, answer: `${n}` })));
    expect(said.filter(Boolean)).toHaveLength(1);
    const winner = said.indexOf(true) + 1;
    expect(await store.read(payment_id)).toMatchObject({ answer: `${winner}`, request: '{}' });
    await store.ended([payment_id]);
    expect(await store.answered({ payment_id, answer: 'late' })).toBe(false);
  });

  it('C1: are begun once, however many copies of one payment come at the same moment', async () => {
    const payment_id = await begun();
    const other = payment_id.replace(/^pay_0/, 'pay_1');
    const call = { payment_id: other, org: 'org_1', service: 'search', is_sandbox: true, ends_in_ms: 60_000 };
    const copies = ['first', 'second', 'third'].map((salt) => ({ ...call, salt, request: `"${salt}"` }));
    const late = { ...call, payment_id, salt: 'late', request: '{}' };
    const said = await Promise.all([late, ...copies].map((copy) => store.begin(copy)));
    expect(said[0]).toBe(false);
    expect(said.filter(Boolean)).toHaveLength(1);
    const winner = copies[said.indexOf(true) - 1]!;
    expect(await store.read(other)).toMatchObject({ salt: winner.salt, request: winner.request });
  });

  it('B3: whose process sees to them no more are taken by one of several others, and ended ones by nobody', async () => {
    await taken();
    const waiting = await Promise.all([0, 0, 0, 0].map((ends_in_ms) => begun({ ends_in_ms })));
    const [alive, ended] = [await begun(), await begun({ ends_in_ms: 0 })];
    await store.ended([ended]);
    const [one, other] = await Promise.all([store.take(2, 60_000), store.take(2, 60_000)]);
    const both = [...one, ...other].map(({ payment_id }) => payment_id);
    expect(both.toSorted()).toEqual(waiting.toSorted());
    expect(both).not.toContain(alive);
    expect(await taken()).toEqual([]);
  });

  it('B3: are taken at once where whoever began them has left them', async () => {
    const payment_id = await begun();
    expect(await taken()).not.toContain(payment_id);
    await store.leave(payment_id);
    expect(await taken()).toEqual([payment_id]);
  });

  it('B3: are taken again where whoever took them ended nothing', async () => {
    const payment_id = await begun({ ends_in_ms: 0 });
    expect(await store.take(1, 0)).toMatchObject([{ payment_id, state: 'calling' }]);
    expect(await taken()).toEqual([payment_id]);
  });

  it('D20: are forgotten when their time has passed and their payment has ended, and not before', async () => {
    const [open, done] = [await begun(), await begun()];
    await store.ended([done]);
    await test.admin.query(`update bursar.service_call set expires_at = now()`);
    expect(await store.read(done)).toBeUndefined();
    expect(await store.sweep(1_000)).toBeGreaterThan(0);
    const { rows } = await test.admin.query<{ id: string }>(
      'select payment_id::text as id from bursar.service_call where payment_id = any ($1::uuid[])',
      [[open, done].map((id) => id.slice(4))],
    );
    expect(rows.map(({ id }) => `pay_${id.replaceAll('-', '')}`)).toEqual([open]);
  });

  it('D20: that were never made are dropped, and one that was answered is not', async () => {
    const [never, made] = [await begun(), await begun()];
    await store.answered({ payment_id: made, answer: '{}' });
    await store.drop([never, made]);
    expect([await store.read(never), (await store.read(made))?.state]).toEqual([undefined, 'answered']);
  });

  it('D8: are written by a role that can touch nothing of the log', async () => {
    const { rows } = await test.admin.query<{ table: string }>(
      `select table_name as table from information_schema.role_table_grants where grantee = 'bursar_services'
       group by table_name order by table_name`,
    );
    expect(rows.map(({ table }) => table)).toEqual(['paid_service', 'service_call', 'service_secret']);
  });
});
