import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table bursar.address_event (
    time bigint not null,
    position bigint not null,
    partition smallint not null,
    address text collate "C" not null check (address ~ '^0x[0-9a-f]{40}$'),
    constraint address_event_pkey primary key (address, time, partition, position)
  )`,
  `create trigger append_only before update or delete or truncate on bursar.address_event
    for each statement execute function bursar.refuse_change()`,
  `alter table bursar.address_event enable always trigger append_only`,
  `grant select, insert on bursar.address_event to bursar_writer`,
  `grant select on bursar.address_event to bursar_reader`,
];

/** Where the events of an address stand, whichever book they are in; written with the append (D6). */
export const addresses: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
