import type pg from 'pg';
import { writerPool } from '../schema/connections.js';
import { TABLE_NAMES, type TableName } from '../schema/generation-tables.js';

const ORDER: Readonly<Record<TableName, string>> = {
  rollup: 'org, dimension, value, day, asset',
  payment: 'payment_id',
  request: 'request_id',
  session: 'session_id',
  agent: 'agent_id',
  tally: 'type',
  quarantine: 'partition, position',
  checkpoint: 'partition',
};

/**
 * All live tables as text, in an order of their own, without anything that depends on when or how they were built: two
 * projections of the same log give the same bytes (D4). For tests and comparisons; it is as large as the tables.
 */
export async function dumpReadModels(url: string): Promise<string> {
  const pool = writerPool(url, { statement_timeout_ms: 600_000, connections: 1 });
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const parts: string[] = [];
    for (const table of TABLE_NAMES) parts.push(`== ${table}`, ...(await linesOf(client, table)));
    await client.query('commit');
    return `${parts.join('\n')}\n`;
  } finally {
    client.release(true);
    await pool.end();
  }
}

async function linesOf(client: pg.ClientBase, table: TableName): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select row_to_json(t)::text as line from (select * from bursar_read.${table} order by ${ORDER[table]}) as t`,
  );
  return rows.map((row) => row.line);
}
