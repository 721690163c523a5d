import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import { PostgresServiceCallStore } from './postgres-service-call-store.js';
import { ANSWERED, DROP, LOCK } from './service-call-statements.js';
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
  expect(await begin(payment_id, fields)).toBe(true);
  return payment_id;
}

function begin(payment_id: string, fields: Partial<ServiceCall> = {}): Promise<boolean> {
  const call = { org: 'org_1', service: 'search', is_sandbox: true, salt: 's', request: '{}', ends_in_ms: 60_000 };
  return store.begin({ payment_id, ...call, ...fields });
}

async function rowsOf(table: string): Promise<string[]> {
  const { rows } = await test.admin.query<{ id: string }>(`select payment_id::text as id from bursar.${table}`);
  return rows.map(({ id }) => `pay_${id.replaceAll('-', '')}`);
}

/** Until a statement of the store waits for what the administrator has locked. */
async function waitsForLock(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await test.admin.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 10));
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

  it('C1: have the first of two answers that come at the same moment, and the other is told so', async () => {
    const [payment_id, other] = [await begun(), await begun()];
    const said = ['first', 'second'].map((answer) => store.answered({ payment_id, answer, units: 1n }));
    expect(await Promise.all([...said, store.answered({ payment_id: other, answer: 'of another' })])).toEqual([
      true,
      false,
      true,
    ]);
    expect(await store.read(payment_id)).toMatchObject({ state: 'answered', answer: 'first' });
    expect(await store.read(other)).toMatchObject({ state: 'answered', answer: 'of another' });
  });

  it('C1: that have ended, answered or not, keep what came of them, and are never begun again', async () => {
    const [answered, unknown] = [await begun(), await begun()];
    await store.answered({ payment_id: answered, answer: 'kept' });
    await store.ended([answered, unknown]);
    for (const payment_id of [answered, unknown]) {
      expect(await begin(payment_id, { salt: 'again', ends_in_ms: 0 })).toBe(false);
      expect(await store.answered({ payment_id, answer: 'late' })).toBe(false);
    }
    expect(await store.read(answered)).toMatchObject({ state: 'ended', salt: 's', answer: 'kept' });
    expect(await store.read(unknown)).toMatchObject({ state: 'ended', salt: 's' });
    expect(await store.read(unknown)).not.toHaveProperty('answer');
    expect(await taken()).not.toContain(unknown);
  });

  it('C1: are not answered while they are dropped, nor dropped while they are answered', async () => {
    const [dropped, answered] = [await begun(), await begun()];
    const uuid = (payment_id: string) => payment_id.slice(4);
    await test.admin.query('begin');
    await test.admin.query({ text: LOCK, values: [[uuid(dropped)]] });
    const late = store.answered({ payment_id: dropped, answer: 'late' });
    await waitsForLock();
    await test.admin.query({ text: DROP, values: [[uuid(dropped)]] });
    await test.admin.query('commit');
    expect([await late, await store.read(dropped)]).toEqual([false, undefined]);

    await test.admin.query('begin');
    await test.admin.query({ text: ANSWERED, values: [[uuid(answered)], ['kept'], [null]] });
    const drop = store.drop([answered]);
    await waitsForLock();
    await test.admin.query('commit');
    await drop;
    expect(await store.read(answered)).toMatchObject({ state: 'answered', answer: 'kept' });
  });

  it('A7: are not dropped where nobody can say so, and the next drop passes', async () => {
    const payment_id = await begun();
    await test.admin.query('revoke delete on bursar.service_call from bursar_services');
    await expect(store.drop([payment_id])).rejects.toThrow('permission denied');
    await test.admin.query('grant delete on bursar.service_call to bursar_services');
    expect(await store.read(payment_id)).toMatchObject({ state: 'calling' });
    await store.drop([payment_id]);
    expect(await store.read(payment_id)).toBeUndefined();
    expect(await begin(payment_id)).toBe(true);
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
    const [payment_id, answered] = [await begun(), await begun()];
    await store.answered({ payment_id: answered, answer: 'kept' });
    expect(await taken()).toEqual([]);
    for (const each of [payment_id, answered]) await store.leave(each);
    expect((await taken()).toSorted()).toEqual([payment_id, answered].toSorted());
  });

  it('B3: that are answered are left to whoever ends them, and taken with the answer where nobody does', async () => {
    const [alive, left] = [await begun(), await begun({ ends_in_ms: 0 })];
    for (const payment_id of [alive, left]) await store.answered({ payment_id, answer: 'kept', units: 7n });
    expect(await store.take(100, 60_000)).toMatchObject([
      { payment_id: left, state: 'answered', answer: 'kept', units: 7n },
    ]);
  });

  it('B3: are taken again where whoever took them ended nothing', async () => {
    const payment_id = await begun({ ends_in_ms: 0 });
    expect(await store.take(1, 0)).toMatchObject([{ payment_id, state: 'calling' }]);
    expect(await taken()).toEqual([payment_id]);
  });

  it('D20: are forgotten when their time has passed and their payment has ended, and not before', async () => {
    const [open, done, unanswered] = [await begun(), await begun(), await begun()];
    for (const payment_id of [open, done]) await store.answered({ payment_id, answer: '{}' });
    await store.ended([done, unanswered]);
    await test.admin.query(`update bursar.service_call set expires_at = now()`);
    expect(await store.read(done)).toBeUndefined();
    expect(await store.sweep(1_000)).toBeGreaterThan(1);
    expect(await store.sweep(1_000)).toBe(0);
    const kept = [await rowsOf('service_call'), await rowsOf('service_call_open'), await rowsOf('service_answer')];
    for (const payment_ids of kept) expect(payment_ids).toContain(open);
    for (const payment_id of [done, unanswered]) expect(kept.flat()).not.toContain(payment_id);
    expect(kept[0]!.toSorted()).toEqual(kept[1]!.toSorted());
    for (const payment_id of kept[2]!) expect(kept[0]).toContain(payment_id);
  });

  it('D20: that were never made are dropped, and one that was answered is not', async () => {
    const [never, made] = [await begun(), await begun()];
    await store.answered({ payment_id: made, answer: '{}' });
    await store.drop([never, made]);
    expect([await store.read(never), (await store.read(made))?.state]).toEqual([undefined, 'answered']);
    expect(await rowsOf('service_call_open')).not.toContain(never);
  });

  it('D8: are written by a role that can touch nothing of the log', async () => {
    const { rows } = await test.admin.query<{ table: string }>(
      `select table_name as table from information_schema.role_table_grants where grantee = 'bursar_services'
       group by table_name order by table_name`,
    );
    expect(rows.map(({ table }) => table)).toEqual([
      'paid_service',
      'service_answer',
      'service_call',
      'service_call_open',
      'service_secret',
    ]);
  });
});
