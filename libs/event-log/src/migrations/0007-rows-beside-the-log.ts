import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `grant insert on bursar.service_call, bursar.service_answer to bursar_writer`,
  // To lock a row before it is deleted takes the right to update.
  `grant select, insert, update, delete on bursar.service_call_open to bursar_writer`,
  // `on conflict` and `returning` read what is there: by its id alone.
  `grant select (payment_id) on bursar.service_call, bursar.service_answer to bursar_writer`,
];

/** Whoever appends the event of a paid call's payment writes what is kept of the call with it; requests and answers it cannot read. */
export const rowsBesideTheLog: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
