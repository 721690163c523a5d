import pg from 'pg';
import { pause } from './kills.js';

const MOST_MS = 40_000;

/**
 * A call whose process was killed is left alone for as long as it could have taken with all its patience, which is a minute. Here all
 * callers have gone, so that time is said to be over; resolves when the sweep has ended what was left.
 *
 * @throws where it does not within 40 s
 */
export async function endLeftCalls(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('update bursar.service_call_open set ends_at = now()');
    const count = 'select count(*)::int as left from bursar.service_call_open';
    for (let waited_ms = 0; waited_ms < MOST_MS; waited_ms += 200) {
      const { rows } = await client.query<{ left: number }>(count);
      if (rows[0]!.left === 0) return;
      await pause(200);
    }
    throw new Error('Calls of services are left that nobody has ended');
  } finally {
    await client.end();
  }
}
