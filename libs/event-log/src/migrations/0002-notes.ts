import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createRole } from './create-role.js';

const statements = [
  // `subject` is the payment or session that the text belongs to: ids are unique over all orgs.
  `create table bursar.note (
    subject uuid not null,
    expires_at timestamptz not null,
    kind text collate "C" not null check (kind in ('memo', 'description')),
    salt text not null,
    text text not null,
    constraint note_pkey primary key (subject, kind)
  )`,
  `create index note_by_expiry on bursar.note (expires_at)`,
  createRole('bursar_notes'),
  `grant usage on schema bursar to bursar_notes`,
  `grant select, insert, delete on bursar.note to bursar_notes`,
];

/** Texts of callers, which may be forgotten, beside the log, which never forgets (D20). */
export const notes: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
