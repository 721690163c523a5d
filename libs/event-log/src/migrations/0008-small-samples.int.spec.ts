import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog();
});
afterAll(() => test.close());

it('given a log with many events, when PostgreSQL looks at it for its statistics, then it reads a small part of it', async () => {
  await test.admin.query(`insert into bursar.event (partition, position, hash, payload)
    select 1, number, sha256('one'), 'one' from generate_series(1, 10000) as number`);
  const said: string[] = [];
  test.admin.on('notice', ({ message }) => said.push(message ?? ''));
  await test.admin.query('analyze verbose bursar.event');
  const rows = Number(/(\d+) rows in sample/.exec(said.join('\n'))?.[1]);
  expect(rows).toBeGreaterThan(100);
  expect(rows).toBeLessThanOrEqual(3_000);
});

it.each([
  'event',
  'idempotency_key',
  'payment_event',
  'address_event',
  'checkpoint',
  'service_call',
  'service_call_open',
  'service_answer',
])(
  'given the table %s, then none of its columns asks for a larger sample, and it is looked at again when it has grown by a fifth',
  async (table) => {
    const { rows: columns } = await test.admin.query<{ name: string; target: number | null }>(
      `select attname as name, attstattarget as target from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [`bursar.${table}`],
    );
    expect(columns.length).toBeGreaterThan(1);
    expect(columns.filter(({ target }) => target !== 10)).toEqual([]);
    const { rows } = await test.admin.query<{ reloptions: string[] }>(
      `select reloptions from pg_class where oid = $1::regclass`,
      [`bursar.${table}`],
    );
    expect(rows[0]?.reloptions).toContain('autovacuum_analyze_scale_factor=0.2');
  },
);
