import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { SchemaVersionError } from './errors.js';
import { RecordBuilder } from './test-support/record-builder.js';
import { migrateEventLog } from './migrate.js';
import { PostgresLogStore } from './postgres/postgres-log-store.js';
import { openTestLog, type TestLog } from './test-support/test-log.js';

describe('the schema of the log', () => {
  let test: TestLog;
  const others: TestDatabase[] = [];
  beforeAll(async () => {
    test = await openTestLog();
    const records = new RecordBuilder();
    const epochs = await test.log.leases.claim('one', [1], 60_000);
    const key = { scope: 'agt_1', key: 'k' };
    await test.log.append(epochs, [records.next(1, { key, payment_id: `pay_${'b'.repeat(32)}` })]);
    await test.log.checkpoints.write({ partition: 1, ...records.head(1) });
  });
  afterAll(async () => {
    await test.close();
    for (const database of others) await database.drop();
  });

  const changes = ['event', 'idempotency_key', 'payment_event', 'address_event', 'checkpoint'].flatMap((table) => [
    `update bursar.${table} set position = 7`,
    `update bursar.${table} set position = 7 where false`,
    `delete from bursar.${table}`,
    `truncate bursar.${table}`,
  ]);
  it.each(changes)('D8: refuses, even to a superuser: %s', async (change) => {
    await expect(test.admin.query(change)).rejects.toThrow('the log is append-only');
    await test.admin.query(`set session_replication_role = replica`);
    await expect(test.admin.query(change)).rejects.toThrow('the log is append-only');
    await test.admin.query(`set session_replication_role = origin`);
    expect((await test.log.head(1)).position).toBe(1);
  });

  it.each(changes)('D8: does not even give the writing role the right to: %s', async (change) => {
    await test.admin.query('set role bursar_writer');
    await expect(test.admin.query(change)).rejects.toThrow('permission denied');
    await test.admin.query('reset role');
  });

  it('D8: gives the reading role nothing but SELECT', async () => {
    const reader = await PostgresLogStore.open({ url: test.database.url, role: 'bursar_reader' });
    expect((await reader.head(1)).position).toBe(1);
    expect(await reader.read(1, 0, 10)).toHaveLength(1);
    await expect(reader.leases.claim('reader', [2], 1_000)).rejects.toThrow('permission denied');
    await expect(reader.append(new Map([[1, 1]]), [new RecordBuilder().next(1)])).rejects.toThrow('permission denied');
    await reader.close();
  });

  it('can be made by many processes at once, and again', async () => {
    const database = await createTestDatabase();
    others.push(database);
    const names: string[] = [];
    await Promise.all([1, 2, 3, 4].map(() => migrateEventLog(database.url, (name) => names.push(name))));
    expect(names).toEqual([
      '0001-event-log',
      '0002-notes',
      '0003-addresses',
      '0004-paid-resources',
      '0005-paid-services',
      '0006-service-calls-apart',
      '0007-rows-beside-the-log',
      '0008-small-samples',
    ]);
    await (await PostgresLogStore.open({ url: database.url })).close();
  }, 120_000);

  it('can be made by a role that is not a superuser but may create roles', async () => {
    const database = await createTestDatabase();
    others.push(database);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const name = `maker_${process.pid}_${Date.now()}`;
    await admin.query(`create role ${name} login createrole password 'x'`);
    await admin.query(
      `grant bursar_writer, bursar_reader, bursar_notes, bursar_discovery, bursar_services to ${name} with admin option`,
    );
    await admin.query(`grant create on database ${new URL(database.url).pathname.slice(1)} to ${name}`);
    const url = new URL(database.url);
    url.username = name;
    url.password = 'x';
    await migrateEventLog(url.href);
    const log = await PostgresLogStore.open({ url: url.href });
    const records = new RecordBuilder();
    await log.append(await log.leases.claim('one', [1], 1_000), [records.next(1)]);
    expect(await log.head(1)).toEqual(records.head(1));
    await log.close();
    await admin.query('drop schema bursar cascade');
    await admin.query(`drop owned by ${name}`);
    await admin.query(`drop role ${name}`);
    await admin.end();
  }, 120_000);

  it('A7: a log on an empty, an older or a newer schema is not opened', async () => {
    const database = await createTestDatabase();
    others.push(database);
    const open = (url: string) => PostgresLogStore.open({ url });
    await expect(open(database.url)).rejects.toBeInstanceOf(SchemaVersionError);
    await expect(open(database.url)).rejects.toThrow('run `bursar migrate`');
    await test.admin.query(`insert into bursar.event_log_migration values ('9999-from-the-future', '2030')`);
    await expect(open(test.database.url)).rejects.toThrow('9999-from-the-future');
    await test.admin.query(`delete from bursar.event_log_migration where name like '9999%'`);
    await (await open(test.database.url)).close();
  }, 120_000);
});
