import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { migrateEventLog } from '../migrate.js';
import { PostgresServiceCallStore } from '../services/postgres-service-call-store.js';
import { migrations } from './index.js';

let database: TestDatabase;
let admin: pg.Client;
let store: PostgresServiceCallStore;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTo('0005-paid-services');
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  store = new PostgresServiceCallStore({ url: database.url, retention_days: 30 });
}, 120_000);
afterAll(async () => {
  await store.close();
  await admin.end();
  await database.drop();
});

/** As an earlier version of Bursar has left it. */
async function migrateTo(last: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url, max: 1 }) }),
  });
  const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= last));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(earlier) },
    migrationTableSchema: 'bursar',
    migrationTableName: 'event_log_migration',
    migrationLockTableName: 'event_log_migration_lock',
  }).migrateToLatest();
  await db.destroy();
  expect(error).toBeUndefined();
}

const idOf = (serial: number) => `pay_${String(serial).padStart(32, '0')}`;

it('D20: calls of the version before are read, taken, ended and forgotten as before', async () => {
  const kept = { org: 'org_1', service: 'search', is_sandbox: false, salt: 's', request: '{"text":"é"}' };
  for (const [serial, state, answer, units] of [
    [1, 'calling', null, null],
    [2, 'answered', '{"a":1}', '9007199254740993'],
    [3, 'answered', '{"failed":1}', null],
    [4, 'ended', '{"a":2}', '5'],
    [5, 'ended', null, null],
  ])
    await admin.query(
      `insert into bursar.service_call
        (payment_id, org, service, is_sandbox, salt, request, state, answer, units, ends_at, expires_at)
        values ($1, 'org_1', 'search', false, 's', '{"text":"é"}', $2, $3, $4, now(), now() + interval '1 day')`,
      [idOf(Number(serial)).slice(4), state, answer, units],
    );
  const names: string[] = [];
  await migrateEventLog(database.url, (name) => names.push(name));
  expect(names[0]).toBe('0006-service-calls-apart');

  const expected = [
    { ...kept, payment_id: idOf(1), state: 'calling' },
    { ...kept, payment_id: idOf(2), state: 'answered', answer: '{"a":1}', units: 9_007_199_254_740_993n },
    { ...kept, payment_id: idOf(3), state: 'answered', answer: '{"failed":1}' },
    { ...kept, payment_id: idOf(4), state: 'ended', answer: '{"a":2}', units: 5n },
    { ...kept, payment_id: idOf(5), state: 'ended' },
  ];
  for (const call of expected) expect(await store.read(call.payment_id)).toEqual(call);
  const taken = await store.take(10, 60_000);
  expect(taken.toSorted((one, other) => one.payment_id.localeCompare(other.payment_id))).toEqual(expected.slice(0, 3));
  expect(await store.begin({ ...kept, payment_id: idOf(5), ends_in_ms: 0 })).toBe(false);
  expect(await store.answered({ payment_id: idOf(1), answer: '{}' })).toBe(true);
  await store.ended([1, 2].map(idOf));
  await admin.query('update bursar.service_call set expires_at = now()');
  expect(await store.sweep(10)).toBe(4);
});
