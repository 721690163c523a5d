import type pg from 'pg';
import { ReadModelQueryError } from './query-errors.js';
import { ask } from './reader.js';

/** A page over a tree asks once for each of its sessions, so that it stays bounded. */
export const SESSIONS_MAXIMUM = 10_000;

/**
 * A session and all below it, as 32 hex digits. Parents are fixed at creation, and a session stands here before anything that is
 * paid in it, so that none is missed. `org` is hex too. Throws `ReadModelQueryError` where there are too many.
 */
export async function sessionsBelow(
  pool: pg.Pool,
  org: string,
  session: string,
  maximum = SESSIONS_MAXIMUM,
): Promise<string[]> {
  const rows = await ask<{ session_id: string }>(
    pool,
    `with recursive down as (
       select session_id from bursar_read.session where session_id = $1 and org = $2
       union all
       select s.session_id from down join bursar_read.session s on s.parent = down.session_id
     )
     select session_id from down limit ${maximum + 1}`,
    [session, org],
  );
  if (rows.length > maximum) {
    const message = `has to name one session, since more than ${maximum} stand below the one that is listed`;
    throw new ReadModelQueryError('sessions_too_many', 'session_id', message);
  }
  return rows.map(({ session_id }) => session_id.replaceAll('-', ''));
}
