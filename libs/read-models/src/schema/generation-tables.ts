import type pg from 'pg';
import { PARTITION_COUNT } from '#contracts';

/** The tables of one generation; `_<number>` tells generations apart, views without it show the live one. */
export const TABLE_NAMES = [
  'rollup',
  'payment',
  'request',
  'session',
  'agent',
  'tally',
  'quarantine',
  'checkpoint',
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

export function tableOf(name: TableName, generation: number): string {
  return `bursar_read.${name}_${generation}`;
}

/**
 * Creates a generation's tables with what loading needs, primary keys; `createQueryIndexes` adds what only questions need,
 * since an index that is built once over a full table costs far less than one kept row by row.
 */
export async function createTables(client: pg.ClientBase, generation: number): Promise<void> {
  const table = (name: TableName) => tableOf(name, generation);
  await client.query(`
    create table ${table('rollup')} (
      org uuid not null,
      dimension text collate "C" not null,
      value text collate "C" not null,
      day date not null,
      asset text collate "C" not null,
      spent numeric not null,
      held numeric not null,
      earned numeric not null,
      refunded numeric not null,
      payments bigint not null,
      declined bigint not null,
      primary key (org, dimension, value, day, asset)
    ) with (fillfactor = 80);
    comment on table ${table('rollup')} is
      'Sums per organization, dimension, value, UTC day of the authorization, and asset; amounts in smallest units';

    create table ${table('payment')} (
      payment_id uuid not null primary key,
      org uuid not null,
      payer uuid not null,
      payee_agent uuid,
      session uuid,
      decided_at bigint not null,
      position bigint not null,
      last_position bigint not null,
      expires_at bigint,
      amount bigint not null,
      held bigint not null,
      captured bigint not null,
      refunded bigint not null,
      partition smallint not null,
      status text not null,
      asset text not null,
      protocol text not null,
      payee_service text,
      category text,
      labels jsonb,
      decline jsonb,
      approval text,
      request_id text
    ) with (fillfactor = 90);
    comment on table ${table('payment')} is
      'One row per payment; position is that of its first event and never changes, so it orders pages';

    create table ${table('request')} (
      request_id uuid not null primary key,
      org uuid not null,
      payee uuid not null,
      payer_org uuid not null,
      payer uuid,
      payer_name text,
      amount bigint not null,
      opened_at bigint not null,
      expires_at bigint,
      ended_at bigint,
      over_at bigint not null,
      payment uuid,
      position bigint not null,
      partition smallint not null,
      status text not null,
      asset text not null,
      category text,
      labels jsonb
    ) with (fillfactor = 90);
    comment on table ${table('request')} is
      'One row per payment request; over_at is when it ended, else when it is over by time: what is open comes first by it';

    create table ${table('session')} (
      session_id uuid not null primary key,
      org uuid not null,
      parent uuid,
      agent uuid,
      depth integer not null,
      asset text not null,
      budget bigint not null,
      mode text not null,
      labels jsonb,
      opened_at bigint not null,
      expires_at bigint,
      closed_at bigint
    );
    create table ${table('agent')} (
      agent_id uuid not null primary key,
      org uuid not null,
      parent uuid,
      handle text not null,
      origin text not null,
      registered_at bigint not null
    );
    create index on ${table('agent')} (org, handle);

    create table ${table('tally')} (type text not null primary key, events bigint not null);
    comment on table ${table('tally')} is
      'Events taken in, by type, also those of unknown type; their sum is the sum of all checkpoints';
    create table ${table('quarantine')} (
      partition smallint not null,
      position bigint not null,
      reason text not null,
      primary key (partition, position)
    );
    comment on table ${table('quarantine')} is 'Events that could not be taken in; each is still in the log';
    create table ${table('checkpoint')} (
      partition smallint not null primary key,
      position bigint not null,
      event_time bigint
    ) with (fillfactor = 50);
    insert into ${table('checkpoint')} (partition, position)
      select partition, 0 from generate_series(0, ${PARTITION_COUNT - 1}) as partition;
  `);
}

/** One statement per connection at a time: two connections build on two cores. */
export async function createQueryIndexes(connections: readonly pg.ClientBase[], generation: number): Promise<void> {
  const payment = tableOf('payment', generation);
  const request = tableOf('request', generation);
  const statements = [
    `create index on ${payment} (org, decided_at, position)`,
    `create index on ${payment} (payer, decided_at, position)`,
    `create index on ${payment} (org, decided_at, position) where approval is not null`,
    `create index on ${payment} (session, decided_at, position) where session is not null`,
    `create index on ${request} (org, over_at, request_id)`,
    `create index on ${request} (payee, over_at, request_id)`,
    `create index on ${request} (payer_org, over_at, request_id)`,
    `create index on ${tableOf('session', generation)} (parent) where parent is not null`,
  ];
  await Promise.all(
    connections.map(async (connection) => {
      for (let next = statements.shift(); next !== undefined; next = statements.shift()) await connection.query(next);
    }),
  );
}

/** Points the views that readers use at this generation, inside the caller's transaction. */
export async function showInViews(client: pg.ClientBase, generation: number, sameColumns: boolean): Promise<void> {
  for (const name of TABLE_NAMES) {
    const view = `bursar_read.${name}`;
    // Replacing keeps the view's identity, so that a reader which is just looking it up does not fail.
    if (!sameColumns) await client.query(`drop view if exists ${view}`);
    await client.query(`
      create or replace view ${view} as select * from ${tableOf(name, generation)};
      grant select on ${view} to bursar_report;
    `);
  }
}

export async function dropTables(client: pg.ClientBase, generation: number): Promise<void> {
  await client.query(`drop table if exists ${TABLE_NAMES.map((name) => tableOf(name, generation)).join(', ')}`);
}
