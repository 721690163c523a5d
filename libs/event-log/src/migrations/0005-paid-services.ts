import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createRole } from './create-role.js';

const statements = [
  `create table bursar.paid_service (
    org text collate "C" not null,
    name text collate "C" not null,
    definition text not null,
    changed_at timestamptz not null default now(),
    constraint paid_service_pkey primary key (org, name)
  )`,
  // Encrypted by settlement: the database never sees what is in it.
  `create table bursar.service_secret (
    org text collate "C" not null,
    service text collate "C" not null,
    encrypted bytea not null,
    changed_at timestamptz not null default now(),
    constraint service_secret_pkey primary key (org, service)
  )`,
  // What is asked of a service and what it answers, for a while (D20). The log holds salted hashes of both.
  `create table bursar.service_call (
    payment_id uuid primary key,
    ends_at timestamptz not null,
    expires_at timestamptz not null,
    units bigint,
    is_sandbox boolean not null,
    state text collate "C" not null check (state in ('calling', 'answered', 'ended')),
    org text collate "C" not null,
    service text collate "C" not null,
    salt text not null,
    request text not null,
    answer text
  )`,
  `create index service_call_unfinished on bursar.service_call (ends_at) where state <> 'ended'`,
  `create index service_call_by_expiry on bursar.service_call (expires_at)`,
  createRole('bursar_services'),
  `grant usage on schema bursar to bursar_services`,
  `grant select, insert, update, delete on bursar.paid_service, bursar.service_secret, bursar.service_call to bursar_services`,
];

/** Paid services of orgs, their secrets, and their calls while they are kept. No truth of the ledger. */
export const paidServices: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
