import type pg from 'pg';
import { ask } from './reader.js';

const AGENT_ID = /^agt_[0-9a-f]{32}$/;

/**
 * The agents that a caller means by an id or a handle, as 32 hex digits. A handle means every agent that ever had it: after a
 * revocation the same handle is another agent, and its history belongs in the report of either (D9). `org` is hex too.
 */
export async function agentIds(pool: pg.Pool, org: string, agent: string): Promise<string[]> {
  if (AGENT_ID.test(agent)) return [agent.slice(-32)];
  const handle = agent.startsWith('@') ? agent.slice(1) : agent;
  const rows = await ask<{ agent_id: string }>(
    pool,
    'select agent_id from bursar_read.agent where org = $1 and handle = $2 order by registered_at limit 100',
    [org, handle],
  );
  return rows.map((row) => row.agent_id.replaceAll('-', ''));
}
