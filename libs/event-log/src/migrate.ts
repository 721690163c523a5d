import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { SchemaVersionError } from './errors.js';
import { migrations } from './migrations/index.js';

const SCHEMA = 'bursar';
const MIGRATION_TABLE = 'event_log_migration';
/** Any fixed number: one migration at a time per database. */
const ADVISORY_LOCK = 4_712_900_117;

/**
 * Brings schema `bursar` and the roles `bursar_writer` and `bursar_reader` to this version. Safe to run twice, and at
 * the same time from several processes.
 * @param url of a role that may create schemas and (where they do not exist yet) roles.
 * @param onMigrated hears the name of each migration that was run now.
 */
export async function migrateEventLog(url: string, onMigrated?: (name: string) => void): Promise<void> {
  const lock = new pg.Client({ connectionString: url, application_name: 'bursar migrate' });
  await lock.connect();
  const database = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
  });
  try {
    await lock.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
      migrationTableSchema: SCHEMA,
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    for (const result of results ?? []) if (result.status === 'Success') onMigrated?.(result.migrationName);
  } finally {
    await database.destroy();
    await lock.end();
  }
}

/**
 * Apps refuse to start on another schema version than theirs, older or newer.
 * @throws SchemaVersionError that says what is missing or unknown.
 */
export async function assertSchemaVersion(pool: Pick<pg.Pool, 'query'>): Promise<void> {
  const found = await pool
    .query<{ name: string }>(`select name from ${SCHEMA}.${MIGRATION_TABLE} order by name`)
    .then((result) => result.rows.map((row) => row.name))
    .catch((error: unknown): string[] => {
      if (error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000')) return [];
      throw error;
    });
  const expected = Object.keys(migrations);
  const missing = expected.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !expected.includes(name));
  if (missing.length > 0) {
    throw new SchemaVersionError(`the database lacks ${missing.join(', ')}: run \`bursar migrate\``);
  }
  if (unknown.length > 0) {
    throw new SchemaVersionError(`the database is newer than this version of Bursar: it has ${unknown.join(', ')}`);
  }
}
