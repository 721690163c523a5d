import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FencedError, OutcomeUnknownError } from '../errors.js';
import { PostgresServiceCallStore } from '../services/postgres-service-call-store.js';
import type { RowBeside } from '../services/row-beside.js';
import type { AppendRecord } from '../store.js';
import { paymentId, RecordBuilder } from '../test-support/record-builder.js';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import { APPEND_WITH_ROWS_BESIDE, appendValues } from './append-statement.js';
import { valuesBeside } from './rows-beside-statement.js';
import { sessionConfig } from './session.js';

let test: TestLog;
let calls: PostgresServiceCallStore;
let records: RecordBuilder;
let epochs: Map<number, number>;
let count = 0;

beforeAll(async () => {
  test = await openTestLog();
  calls = new PostgresServiceCallStore({ url: test.database.url, retention_days: 30 });
  records = new RecordBuilder();
  epochs = await test.log.leases.claim('one', [1, 2], 60_000);
});
beforeEach(() => void (count += 1));
afterAll(async () => {
  await calls.close();
  await test.close();
});

/** Each test has payments of its own. */
const payment = (number = 1) => paymentId(count * 16 + number);
const asked = { org: 'org_1', service: 'search', is_sandbox: true, salt: 'salt', request: '{"text":"hello"}' };
const call = (fields: Partial<typeof asked> = {}): RowBeside => ({
  kind: 'call',
  ...asked,
  ends_in_ms: 60_000,
  keep_for_days: 30,
  ...fields,
});
const answer = (text = '{"a":1}', units?: bigint): RowBeside => ({
  kind: 'answer',
  answer: text,
  ...(units !== undefined && { units }),
});
const next = (beside: RowBeside, payment_id = payment(), partition = 1): AppendRecord => ({
  ...records.next(partition, { payment_id }),
  beside,
});
const append = (...written: AppendRecord[]) => test.log.append(epochs, written);
const read = (payment_id = payment()) => calls.read(payment_id);

/** How often a payment stands in each of the three tables. */
async function rows(payment_id = payment()): Promise<string> {
  const counts = ['service_call', 'service_call_open', 'service_answer'].map(
    (table) => `(select count(*) from bursar.${table} where payment_id = $1::uuid)`,
  );
  const { rows: found } = await test.admin.query(`select concat_ws(' ', ${counts.join(',')}) as counts`, [
    payment_id.slice('pay_'.length),
  ]);
  return found[0].counts;
}

describe('What is kept of a paid call, beside the event of its payment', () => {
  it('D20: is asked with the hold and answered with the capture, and is open in between', async () => {
    expect(await append(next(call()))).toEqual(new Set([payment()]));
    expect(await read()).toEqual({ payment_id: payment(), ...asked, state: 'calling' });
    expect(await append(next(answer('{"a":1}', 9_007_199_254_740_993n)))).toEqual(new Set([payment()]));
    expect(await read()).toEqual({
      payment_id: payment(),
      ...asked,
      state: 'ended',
      answer: '{"a":1}',
      units: 9_007_199_254_740_993n,
    });
  });

  it('D20: is kept for as many days as it says, and seen to for as long', async () => {
    await append(next({ ...call(), kind: 'call', keep_for_days: 2, ends_in_ms: 90_000 } as RowBeside));
    const { rows: found } = await test.admin.query(
      `select extract(day from expires_at - now())::int as days,
        extract(epoch from ends_at - now())::int between 80 and 90 as is_seen_to
        from bursar.service_call join bursar.service_call_open using (payment_id) where payment_id = $1::uuid`,
      [payment().slice('pay_'.length)],
    );
    expect(found).toEqual([{ days: 1, is_seen_to: true }]);
  });

  it.each(['a "quoted" text', 'back\\slash \\" and {braces, commas}', 'NULL', '', ' two\nlines\t', 'é 💸 \u{7f}'])(
    'is the text that it was: %j',
    async (text) => {
      await append(next(call({ request: text, salt: text })));
      await append(next(answer(text)));
      expect(await read()).toMatchObject({ request: text, salt: text, answer: text, state: 'ended' });
    },
  );

  it('keeps each text to itself, also where one ends with half a character and the next one begins with the other', async () => {
    const [one, two] = [payment(1), payment(2)];
    await append(next(call({ request: 'é\ud83d' }), one), next(call({ request: '\udca9é' }), two));
    expect([(await read(one))?.request, (await read(two))?.request]).toEqual(['é\ufffd', '\ufffdé']);
  });

  it('goes in one statement with calls and answers of others, and with events that have none', async () => {
    const [one, two, three] = [1, 2, 3].map(payment) as [string, string, string];
    await append(next(call(), one), next(call(), two));
    const written = [
      next(answer('{"one":1}', 1n), one),
      records.next(1, { payment_id: payment(9) }),
      next(call(), three, 2),
      next(answer('{"two":2}'), two),
    ];
    expect(await append(...written)).toEqual(new Set([one, two, three]));
    expect(await read(one)).toMatchObject({ state: 'ended', answer: '{"one":1}', units: 1n });
    expect(await read(two)).toMatchObject({ state: 'ended', answer: '{"two":2}' });
    expect(await read(three)).toMatchObject({ state: 'calling' });
    expect(await test.log.head(1)).toEqual(records.head(1));
  });

  it('C1: is what was there already, and whoever wrote that has the claim', async () => {
    await calls.begin({ payment_id: payment(), ...asked, salt: 'of another', ends_in_ms: 60_000 });
    expect(await append(next(call()))).toEqual(new Set());
    expect(await read()).toMatchObject({ salt: 'of another', state: 'calling' });
    await calls.answered({ payment_id: payment(), answer: '{"first":1}' });
    expect(await append(next(answer('{"second":1}')))).toEqual(new Set([payment()]));
    expect(await read()).toMatchObject({ answer: '{"first":1}', state: 'ended' });
  });

  it('is nothing where its call was ended or dropped: no answer is left that nobody sweeps', async () => {
    expect(await append(next(answer()))).toEqual(new Set());
    expect(await rows()).toBe('0 0 0');
    await append(next(call()));
    await calls.ended([payment()]);
    expect(await append(next(answer()))).toEqual(new Set());
    expect(await rows()).toBe('1 0 0');
  });

  it('D2: is not written where the events are not', async () => {
    await test.log.leases.release('one', epochs);
    const raised = await test.log.leases.claim('two', [1, 2], 60_000);
    const written = next(call());
    await expect(append(written)).rejects.toBeInstanceOf(FencedError);
    expect(await rows()).toBe('0 0 0');
    epochs = raised;
    await append(written);
    expect(await rows()).toBe('1 1 0');
  });

  it('D2: is not closed where the events are not written', async () => {
    const key = { scope: 'agt_1', key: 'k' };
    await append({ ...next(call()), key });
    const written = next(answer());
    await expect(append({ ...written, key })).rejects.toMatchObject({ reason: '23505' });
    expect(await rows()).toBe('1 1 0');
    await append(written);
    expect(await rows()).toBe('1 0 1');
  });

  it('A7: never has an append wait for whoever is ending the call just now', async () => {
    await append(next(call()));
    await test.admin.query('begin');
    await test.admin.query('select from bursar.service_call_open where payment_id = $1::uuid for update', [
      payment().slice('pay_'.length),
    ]);
    try {
      expect(await append(next(answer()))).toEqual(new Set());
      expect(await test.log.head(1)).toEqual(records.head(1));
    } finally {
      await test.admin.query('commit');
    }
    expect(await rows()).toBe('1 1 0');
  });

  it('A7: costs one append half a second where a table of it is locked, and appends without such rows nothing', async () => {
    const [locked, free] = [next(call()), records.next(2, { payment_id: payment(2) })];
    await test.admin.query('begin');
    await test.admin.query('lock table bursar.service_call in access exclusive mode');
    const began_at = Date.now();
    await expect(append(locked)).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(Date.now() - began_at).toBeLessThan(2_500);
    await append(free);
    await test.admin.query('rollback');
    expect(await rows()).toBe('0 0 0');
    await append(locked);
    expect(await rows()).toBe('1 1 0');
  });

  it('C4: is not lost to a drop that began before the append had committed', async () => {
    await append(next(call()));
    const stray = new pg.Client({ connectionString: test.database.url });
    await stray.connect();
    await stray.query('begin');
    const written = [next(answer())];
    await stray.query(APPEND_WITH_ROWS_BESIDE, [...appendValues(epochs, written), ...valuesBeside(written)!]);
    let isDropped = false;
    const drop = calls.drop([payment()]).then(() => (isDropped = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isDropped).toBe(false);
    await stray.query('commit');
    await stray.end();
    await drop;
    expect(await read()).toMatchObject({ state: 'ended', answer: '{"a":1}' });
  });
});

describe('Whoever appends', () => {
  let writer: pg.Client;
  beforeAll(async () => {
    const role = 'bursar_writer';
    writer = new pg.Client(sessionConfig(test.database.url, { name: 'test', role, statement_timeout_ms: 5_000 }));
    await writer.connect();
  });
  afterAll(() => writer.end());

  it.each([
    'select request from bursar.service_call',
    'select answer from bursar.service_answer',
    'update bursar.service_call set request = null',
    'delete from bursar.service_call',
    'update bursar.service_answer set answer = null',
    'delete from bursar.service_answer',
  ])('F7: has no right to %s', async (statement) => {
    await expect(writer.query(statement)).rejects.toThrow('permission denied');
  });

  it('looks up what it needs in indexes', async () => {
    const explained = await writer.query<{ 'QUERY PLAN': string }>(
      `explain (generic_plan, costs off) ${APPEND_WITH_ROWS_BESIDE}`,
    );
    const lines = explained.rows.map((row) => row['QUERY PLAN'].trim());
    expect(lines.filter((line) => line.includes('Seq Scan'))).toEqual([]);
    const scans = lines.flatMap((line, place) => (/Index (Only )?Scan/.test(line) ? [lines[place + 1]] : []));
    expect(scans.length).toBeGreaterThan(2);
    for (const scan of scans) expect(scan).toMatch(/^Index Cond/);
  });
});
