import type pg from 'pg';
import type { DirectoryRows, SessionPatch } from '../fold/directory-rows.js';
import { idOf } from '../fold/identifiers.js';
import type { SessionPlace } from '../fold/session-tree.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray, textArray } from '../sql/array-text.js';
import { copyInto, copyLabels, copyText, NULL } from '../sql/copy-text.js';
import { RowsMissing } from './rows-missing.js';

const SESSION_COLUMNS = 'session_id, org, parent, agent, depth, asset, budget, mode, labels, opened_at, expires_at';

export async function writeDirectory(
  client: pg.ClientBase,
  generation: number,
  directory: DirectoryRows,
  placeOf: (session: string) => SessionPlace | undefined,
): Promise<void> {
  if (directory.agents.size > 0) await writeAgents(client, generation, directory);
  let lines = '';
  for (const { session, org, parent, agent, opened } of directory.sessions.values()) {
    const depth = placeOf(idOf('ses', session))?.depth ?? 0;
    lines +=
      `${session}\t${org}\t${parent ?? NULL}\t${agent ?? NULL}\t${depth}\t${copyText(opened.asset)}\t${opened.budget}\t` +
      `${copyText(opened.mode)}\t${copyLabels(opened.labels)}\t${opened.time}\t${opened.expires_at ?? NULL}\n`;
  }
  if (lines !== '') await copyInto(client, tableOf('session', generation), SESSION_COLUMNS, lines);
  // After the new rows, since a batch may open a session and change it.
  const patches = [...directory.sessionPatches.values()];
  if (patches.length > 0) await changeSessions(client, generation, patches);
}

async function writeAgents(client: pg.ClientBase, generation: number, { agents }: DirectoryRows): Promise<void> {
  const rows = [...agents.values()];
  await client.query({
    name: `bursar_write_agents_${generation}`,
    text: `
      insert into ${tableOf('agent', generation)} (agent_id, org, parent, handle, origin, registered_at)
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[])
      on conflict (agent_id) do update set
        parent = excluded.parent, handle = excluded.handle, origin = excluded.origin,
        registered_at = excluded.registered_at`,
    values: [
      plainArray(rows.map(({ agent }) => agent)),
      plainArray(rows.map(({ org }) => org)),
      plainArray(rows.map(({ parent }) => parent)),
      textArray(rows.map(({ registered }) => registered.handle)),
      textArray(rows.map(({ registered }) => registered.origin)),
      plainArray(rows.map(({ registered }) => registered.time)),
    ],
  });
}

async function changeSessions(client: pg.ClientBase, generation: number, patches: SessionPatch[]): Promise<void> {
  const { rowCount } = await client.query({
    name: `bursar_change_sessions_${generation}`,
    text: `
      update ${tableOf('session', generation)} s set
        budget = coalesce(d.budget, s.budget),
        expires_at = case when d.sets_expiry then d.expires_at else s.expires_at end,
        closed_at = coalesce(d.closed_at, s.closed_at)
      from unnest($1::uuid[], $2::bigint[], $3::boolean[], $4::bigint[], $5::bigint[])
        as d(session_id, budget, sets_expiry, expires_at, closed_at)
      where s.session_id = d.session_id`,
    values: [
      plainArray(patches.map(({ session }) => session)),
      plainArray(patches.map(({ budget }) => budget)),
      plainArray(patches.map(({ expires_at }) => String(expires_at !== undefined))),
      plainArray(patches.map(({ expires_at }) => expires_at)),
      plainArray(patches.map(({ closed_at }) => closed_at)),
    ],
  });
  if (rowCount !== patches.length) throw new RowsMissing('an event changes a session whose opening was never seen');
}
