import canonicalize from 'canonicalize';
import pg from 'pg';
import { copyInto } from '../src/sql/copy-text.js';
import type { LogEntry } from '../src/log/log-entry.js';
import type { SyntheticEntry } from './synthetic-log.js';

/** The log as the projection sees it: just its table, without the rules that only its writer needs. */
export async function createLogTable(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query(`
      create schema if not exists bursar;
      create table bursar.event (
        partition smallint not null, position bigint not null, payload bytea not null, hash bytea not null,
        primary key (partition, position)
      )`),
  );
}

export function rawEntry({ partition, position, event }: SyntheticEntry): LogEntry {
  return { partition, position, payload: canonicalize(event) ?? '' };
}

export async function appendToLog(url: string, entries: Iterable<LogEntry>): Promise<number> {
  return withClient(url, async (client) => {
    let count = 0;
    let lines: string[] = [];
    const flush = async () => {
      if (lines.length > 0)
        await copyInto(client, 'bursar.event', 'partition, position, payload, hash', lines.join(''));
      lines = [];
    };
    for (const { partition, position, payload } of entries) {
      lines.push(`${partition}\t${position}\t\\\\x${Buffer.from(payload).toString('hex')}\t\\\\x00\n`);
      count += 1;
      if (lines.length === 5_000) await flush();
    }
    await flush();
    return count;
  });
}

async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
