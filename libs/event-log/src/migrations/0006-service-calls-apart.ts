import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What a process of the version before still wrote after the rows are copied would be lost.
  `lock table bursar.service_call in access exclusive mode`,
  `create table bursar.service_call_open (
    payment_id uuid primary key,
    ends_at timestamptz not null
  )`,
  `create table bursar.service_answer (
    payment_id uuid primary key,
    units bigint,
    answer text not null
  )`,
  `insert into bursar.service_call_open (payment_id, ends_at)
    select payment_id, ends_at from bursar.service_call where state <> 'ended'`,
  `insert into bursar.service_answer (payment_id, units, answer)
    select payment_id, units, answer from bursar.service_call where answer is not null`,
  `create index service_call_open_by_end on bursar.service_call_open (ends_at)`,
  `drop index bursar.service_call_unfinished`,
  `alter table bursar.service_call drop column state, drop column answer, drop column units, drop column ends_at`,
  `grant select, insert, update, delete on bursar.service_call_open, bursar.service_answer to bursar_services`,
];

/** What changes of a call stands apart from what does not, so that no row is written twice. */
export const serviceCallsApart: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
