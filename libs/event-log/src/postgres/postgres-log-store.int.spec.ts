import { afterAll, beforeAll } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#testing';
import { describeLogStore } from '../test-support/log-store-contract.js';
import { migrateEventLog } from '../migrate.js';
import { PostgresLogStore } from './postgres-log-store.js';

const databases: TestDatabase[] = [];
beforeAll(() => createTestDatabase({ migrate: migrateEventLog }).then((database) => databases.push(database)), 120_000);
afterAll(async () => {
  for (const database of databases) await database.drop();
});

describeLogStore('PostgresLogStore', async () => {
  const database = await createTestDatabase({ migrate: migrateEventLog });
  databases.push(database);
  return PostgresLogStore.open({ url: database.url });
});
