import pg from 'pg';
import type { Row } from '../report.js';

const CONNECTIONS = 8;
const SECONDS = 5;

/**
 * The plain SQL yardstick, on the same PostgreSQL and in the same run: each payment is one prepared statement that updates
 * one hot balance row conditionally and inserts one entry row.
 */
export async function yardstick(databaseUrl: string, runs: number): Promise<Row> {
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const [first] = clients;
  await first!.query(`create schema if not exists yardstick;
    drop table if exists yardstick.balance, yardstick.entry;
    create table yardstick.balance (id int primary key, available bigint not null) with (fillfactor = 50);
    create table yardstick.entry (id bigint generated always as identity primary key, balance_id int not null,
      payer uuid not null, amount bigint not null, at timestamptz not null default now());
    insert into yardstick.balance values (1, 9000000000000000)`);
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) rates.push(await measure(clients));
  await first!.query('drop schema yardstick cascade');
  await Promise.all(clients.map((client) => client.end()));
  return {
    name: 'plain SQL yardstick',
    runs: rates,
    unit: 'payments/s',
    conditions: `${CONNECTIONS} connections, one prepared statement a payment, one hot balance row, ${SECONDS} s a run`,
  };
}

const PAY = {
  name: 'pay',
  text: `with paid as (update yardstick.balance set available = available - $1::bigint
      where id = 1 and available >= $1::bigint returning id)
    insert into yardstick.entry (balance_id, payer, amount) select id, $2::uuid, $1::bigint from paid`,
};

async function measure(clients: readonly pg.Client[]): Promise<number> {
  const begin = performance.now();
  const end = begin + SECONDS * 1000;
  const counts = await Promise.all(
    clients.map(async (client) => {
      let paid = 0;
      while (performance.now() < end) {
        const { rowCount } = await client.query({ ...PAY, values: ['1000', '018f0000-0000-7000-8000-000000000001'] });
        // Await first, then add: a sum read before the wait loses counts.
        paid += rowCount ?? 0;
      }
      return paid;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - begin) / 1000);
}
