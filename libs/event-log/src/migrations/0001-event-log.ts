import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { PARTITION_COUNT } from '#contracts';
import { createRole } from './create-role.js';

/** Rows are written once and in order: full pages, statistics early, and freezing at once instead of in one storm later. */
const appendOnly = `autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 50000`;

const appendOnlyTables = ['event', 'idempotency_key', 'payment_event', 'checkpoint'];

const statements = [
  // Events above 2 kB stay whole and uncompressed in their row up to 8 kB: replay reads them in order.
  `create table bursar.event (
    position bigint not null check (position > 0),
    partition smallint not null check (partition >= 0 and partition < ${PARTITION_COUNT}),
    hash bytea not null check (length(hash) = 32),
    payload bytea not null,
    constraint event_pkey primary key (partition, position)
  ) with (toast_tuple_target = 8160, ${appendOnly})`,
  `alter table bursar.event alter column payload set storage external`,

  // Key before scope: time-ordered keys of all agents then land on the same few pages (D6).
  `create table bursar.idempotency_key (
    position bigint not null,
    partition smallint not null,
    key text collate "C" not null check (length(key) between 1 and 255),
    scope text collate "C" not null check (length(scope) between 1 and 255),
    constraint idempotency_key_pkey primary key (partition, key, scope)
  ) with (${appendOnly})`,

  `create table bursar.payment_event (
    payment_id uuid not null,
    position bigint not null,
    partition smallint not null,
    constraint payment_event_pkey primary key (payment_id, partition, position)
  ) with (${appendOnly})`,

  // Renewed every second: room on the page keeps the updates heap-only.
  `create table bursar.lease (
    partition smallint primary key check (partition >= 0 and partition < ${PARTITION_COUNT}),
    owner text not null default '',
    epoch bigint not null default 0,
    expires_at timestamptz not null default 'epoch'
  ) with (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0)`,
  `insert into bursar.lease (partition) select generate_series(0, ${PARTITION_COUNT - 1})`,

  `create table bursar.checkpoint (
    position bigint not null check (position > 0),
    partition smallint not null,
    hash bytea not null check (length(hash) = 32),
    made_at timestamptz not null default clock_timestamp(),
    constraint checkpoint_pkey primary key (partition, position)
  ) with (${appendOnly})`,

  `create table bursar.relay_watermark (
    partition smallint primary key,
    position bigint not null
  ) with (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0)`,

  `create table bursar.snapshot (
    snapshot_id bigint generated always as identity primary key,
    position bigint not null,
    partition smallint not null,
    fold_version integer not null,
    chain_hash bytea not null check (length(chain_hash) = 32),
    state_hash bytea check (length(state_hash) = 32),
    complete boolean not null default false,
    made_at timestamptz not null default clock_timestamp()
  )`,
  `create index snapshot_by_position on bursar.snapshot (partition, fold_version, position) where complete`,
  `create table bursar.snapshot_chunk (
    snapshot_id bigint not null references bursar.snapshot on delete cascade,
    number integer not null,
    content bytea not null,
    primary key (snapshot_id, number)
  )`,
  `alter table bursar.snapshot_chunk alter column content set storage external`,

  `create function bursar.refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% on bursar.% is refused: the log is append-only', tg_op, tg_table_name
      using errcode = 'insufficient_privilege';
  end $$`,
  ...appendOnlyTables.flatMap((table) => [
    `create trigger append_only before update or delete or truncate on bursar.${table}
      for each statement execute function bursar.refuse_change()`,
    // Also where session_replication_role is replica, and for the table's owner.
    `alter table bursar.${table} enable always trigger append_only`,
  ]),

  ...['bursar_writer', 'bursar_reader'].flatMap((role) => [
    createRole(role),
    `grant usage on schema bursar to ${role}`,
  ]),
  `grant select, insert on ${appendOnlyTables.map((table) => `bursar.${table}`).join(', ')} to bursar_writer`,
  `grant select on bursar.event_log_migration to bursar_writer`,
  `grant select, insert, update on bursar.relay_watermark to bursar_writer`,
  `grant select, update on bursar.lease to bursar_writer`,
  `grant select, insert, update, delete on bursar.snapshot, bursar.snapshot_chunk to bursar_writer`,
  `grant select on all tables in schema bursar to bursar_reader`,
];

/** The log and what is written with it (D1, D2, D6, D8, D9, D17). */
export const eventLogTables: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
