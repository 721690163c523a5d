import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { migrateEventLog } from '../migrate.js';
import { PostgresLogStore } from '../postgres/postgres-log-store.js';

/** A log in a database of its own. */
export interface TestLog {
  database: TestDatabase;
  log: PostgresLogStore;
  /** As superuser, on one connection. */
  admin: pg.Client;
  close(): Promise<void>;
}

export async function openTestLog(): Promise<TestLog> {
  const database = await createTestDatabase({ migrate: migrateEventLog });
  const log = await PostgresLogStore.open({ url: database.url });
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  return {
    database,
    log,
    admin,
    async close() {
      await log.close();
      await admin.end();
      await database.drop();
    },
  };
}

/** What only a superuser can do: changes the log behind its triggers. */
export async function tamper(admin: pg.Client, statement: string, values: unknown[] = []): Promise<void> {
  const tables = ['event', 'idempotency_key', 'payment_event', 'address_event', 'checkpoint'];
  for (const table of tables) await admin.query(`alter table bursar.${table} disable trigger append_only`);
  const { rowCount } = await admin.query(statement, values);
  for (const table of tables) await admin.query(`alter table bursar.${table} enable always trigger append_only`);
  if (!rowCount) throw new Error('nothing was changed');
}
