import type { BursarClient, ReadOptions, SessionAnswer } from '#client';

/** Of an organization with more of them: the ones that were opened last. */
const TREES_MAXIMUM = 20;

export interface Watched {
  trees: SessionAnswer[];
  /** How many open ones are not among them. */
  more: number;
}

/** The tree of one session, or those of the open ones, from the book's owner: what the next payment will meet. */
export async function sessionsToWatch(
  client: BursarClient,
  session: string | undefined,
  options: ReadOptions = {},
): Promise<Watched> {
  if (session !== undefined) return { trees: [await client.sessions.get(session, options)], more: 0 };
  const open: string[] = [];
  for await (const { session_id } of client.sessions.each({ status: 'open', limit: 200 }, options))
    open.push(session_id);
  const last = open.slice(-TREES_MAXIMUM);
  const trees = await Promise.all(last.map((id) => client.sessions.get(id, options)));
  return { trees, more: open.length - last.length };
}
