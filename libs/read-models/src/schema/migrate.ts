import pg from 'pg';
import { createQueryIndexes, createTables, showInViews } from './generation-tables.js';
import { insertGeneration, liveGeneration } from './generations.js';
import { MODEL_VERSION } from './model-version.js';

/** Any two migrations of the read models exclude each other by this advisory lock. */
const MIGRATION_LOCK = 'bursar:read-models:migrate';

/**
 * Brings the database of the read models to this version: schema `bursar_read`, its roles, and a first, empty generation of
 * tables. May be run again at any time. It does not rebuild: where the live tables are of an older model version, the
 * projection builds new ones beside them when it starts.
 *
 * Roles, both without login: `bursar_projection` owns the schema and writes it, `bursar_report` reads it. Run it after the
 * migration of the event log where both are in one database, since it lets these roles read the log. The URL's user must be
 * allowed to create roles and schemas.
 */
export async function migrateReadModels(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'bursar migrate read models' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [MIGRATION_LOCK]);
    await client.query('begin');
    await createRoles(client);
    await client.query(`
      create schema if not exists bursar_read authorization bursar_projection;
      grant usage on schema bursar_read to bursar_report;
    `);
    await letRolesReadTheLog(client);
    await client.query('set local role bursar_projection');
    await client.query(`
      create table if not exists bursar_read.generation (
        id integer generated always as identity primary key,
        model_version integer not null,
        state text not null check (state in ('building', 'live', 'retired')),
        started_at timestamptz not null default now(),
        live_at timestamptz
      );
      create unique index if not exists generation_one_live on bursar_read.generation (state) where state = 'live';
      grant select on bursar_read.generation to bursar_report;
    `);
    if (!(await liveGeneration(client))) {
      const first = await insertGeneration(client, 'live');
      await createTables(client, first.id);
      await createQueryIndexes([client], first.id);
      await showInViews(client, first.id, true);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}

export class ReadModelsNotMigrated extends Error {
  override readonly name = 'ReadModelsNotMigrated';
}

/** Fails unless the read models exist and are not of a later version than this code; `bursar migrate` is the way there. */
export async function requireReadModels(client: pg.ClientBase | pg.Pool): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regclass('bursar_read.generation') is not null as present`,
  );
  if (!rows[0]?.present) throw new ReadModelsNotMigrated('The read models do not exist here; run `bursar migrate`');
  const live = await liveGeneration(client);
  if (!live) throw new ReadModelsNotMigrated('No generation of the read models is live; run `bursar migrate`');
  if (live.model_version > MODEL_VERSION) {
    throw new ReadModelsNotMigrated(
      `The read models are of version ${live.model_version}, newer than this program's version ${MODEL_VERSION}`,
    );
  }
}

/** Fails unless the database has read models that this version of the code can use. */
export async function assertReadModels(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'bursar read models check' });
  await client.connect();
  try {
    await requireReadModels(client);
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server, so another database's migration may be making them at this moment. */
async function createRoles(client: pg.ClientBase): Promise<void> {
  await client.query(`
    do $$
    declare role_name text;
    begin
      foreach role_name in array array['bursar_projection', 'bursar_report'] loop
        begin
          execute format('create role %I nologin', role_name);
        exception when duplicate_object or unique_violation then null;
        end;
        if not (select rolsuper from pg_roles where rolname = current_user)
          and not pg_has_role(current_user, role_name, 'set') then
          execute format('grant %I to current_user with set true', role_name);
        end if;
      end loop;
    end $$;
  `);
}

async function letRolesReadTheLog(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regclass('bursar.event') is not null as present`,
  );
  if (!rows[0]?.present) return;
  await client.query(`
    grant usage on schema bursar to bursar_projection, bursar_report;
    grant select on bursar.event to bursar_projection, bursar_report;
  `);
}
