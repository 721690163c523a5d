import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sessionConfig } from '../postgres/session.js';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import * as statements from './service-call-statements.js';

let test: TestLog;
let session: pg.Client;

beforeAll(async () => {
  test = await openTestLog();
  const role = 'bursar_services';
  session = new pg.Client(sessionConfig(test.database.url, { name: 'plans', role, statement_timeout_ms: 5_000 }));
  await session.connect();
});
afterAll(async () => {
  await session.end();
  await test.close();
});

/** The plan, where it reads a whole table or a whole index. */
async function planThatReadsAll(statement: string): Promise<string[]> {
  const { rows } = await session.query<{ 'QUERY PLAN': string }>(`explain (generic_plan, costs off) ${statement}`);
  const lines = rows.map((row) => row['QUERY PLAN'].trim());
  const readsAll = lines.some(
    (line, place) =>
      line.includes('Seq Scan') || (/Index (Only )?Scan/.test(line) && !lines[place + 1]?.startsWith('Index Cond')),
  );
  return readsAll ? lines : [];
}

const TABLES = 'bursar.service_call, bursar.service_call_open, bursar.service_answer';
const FILL = [
  `insert into bursar.service_call (payment_id, expires_at, is_sandbox, org, service, salt, request)
    select gen_random_uuid(), now() + (n - 500) * interval '1 minute', false, 'org_1', 'search', 's', repeat('r', 200)
    from generate_series(1, 20000) as n`,
  `insert into bursar.service_answer (payment_id, units, answer)
    select payment_id, 1, repeat('a', 500) from bursar.service_call`,
];
const OPEN = `insert into bursar.service_call_open (payment_id, ends_at)
  select payment_id, now() from bursar.service_call limit 200`;
const LOOK = `vacuum analyze ${TABLES}`;

describe('Every statement about calls of paid services', () => {
  it.each<[string, string[]]>([
    ['nothing', []],
    ['nothing, as was seen', [LOOK]],
    ['many calls, none of which is open', [...FILL, LOOK]],
    ['many calls, few of which are open', [OPEN, LOOK]],
  ])('looks up what it needs in indexes, where the tables hold %s', async (_what, changes) => {
    for (const change of changes) await test.admin.query(change);
    for (const [name, statement] of Object.entries(statements))
      expect([name, await planThatReadsAll(statement)]).toEqual([name, []]);
  });

  it('would be found out otherwise', async () => {
    expect(await planThatReadsAll('select from bursar.service_call where salt = $1')).not.toEqual([]);
  });
});
