import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testPostgresUrl } from './test-servers.js';

export interface TestDatabase {
  readonly url: string;
  /** Also ends the connections that are still open. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Brings an empty database to the schema that the test needs; must close its connections. Run once per test run. */
  readonly migrate?: (url: string) => Promise<void>;
  /** Names the migrated schema, so that all test files share it; the name of the function `migrate` when absent. */
  readonly schema?: string;
  /** The superuser's URL of another server than the shared one. */
  readonly serverUrl?: string;
}

/** A new database: empty, or a copy (some 30 ms) of one that `migrate` has been run on. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = options.serverUrl ?? (await testPostgresUrl());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    const template = options.migrate
      ? await migratedTemplate(client, serverUrl, options.migrate, options.schema)
      : 'template1';
    await createFrom(client, name, template);
  });
  return {
    url: withDatabase(serverUrl, name),
    drop: () =>
      withClient(
        serverUrl,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  };
}

/** Test files run in several processes: the first one makes the template, under a lock, the others wait for it. */
async function migratedTemplate(
  client: pg.Client,
  serverUrl: string,
  migrate: (url: string) => Promise<void>,
  schema = migrate.name,
): Promise<string> {
  if (schema === '') throw new Error('A migrate function without a name needs the option `schema`');
  const template = `template_${schema.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')}`;
  await client.query('select pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount) return template;
    const unfinished = `${template}_unfinished`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    await migrate(withDatabase(serverUrl, unfinished));
    await client.query(`alter database ${unfinished} rename to ${template}`);
    return template;
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [template]);
  }
}

/** Autovacuum may be in the template at this very moment, which PostgreSQL refuses: try again. */
async function createFrom(client: pg.Client, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`create database ${name} template ${template}`);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '55006' || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function withDatabase(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}

async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
