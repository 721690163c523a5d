import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createRole } from './create-role.js';

const statements = [
  // `id` is the order of pages: what is settled again stays where it is. `variant` is the method or the tool of one address.
  `create table bursar.paid_resource (
    id bigint generated always as identity primary key,
    settled_at timestamptz not null,
    x402_version smallint not null,
    is_open boolean not null,
    org text collate "C" not null,
    type text collate "C" not null check (type in ('http', 'mcp')),
    resource text collate "C" not null check (length(resource) <= 1024),
    variant text collate "C" not null check (length(variant) <= 128),
    accepts jsonb not null,
    details text not null,
    words tsvector not null,
    constraint paid_resource_of_org unique (org, resource, variant)
  )`,
  `create index paid_resource_by_age on bursar.paid_resource (org, settled_at, id)`,
  `create index paid_resource_by_settlement on bursar.paid_resource (settled_at)`,
  `create index paid_resource_open on bursar.paid_resource (id) where is_open`,
  `create index paid_resource_by_words on bursar.paid_resource using gin (words)`,
  createRole('bursar_discovery'),
  `grant usage on schema bursar to bursar_discovery`,
  `grant select, insert, update, delete on bursar.paid_resource to bursar_discovery`,
];

/** The catalogue of what can be paid for. No truth of the ledger: it may be emptied, and fills again as resources are paid. */
export const paidResources: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
