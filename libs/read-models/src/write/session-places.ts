import type pg from 'pg';
import type { DirectoryRows } from '../fold/directory-rows.js';
import { idOf } from '../fold/identifiers.js';
import { NO_VALUE, type RollupGroup } from '../fold/rollup-group.js';
import type { SessionPlace } from '../fold/session-tree.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray } from '../sql/array-text.js';

/** About 150 bytes each. */
const PLACES_KEPT = 300_000;

/**
 * Where sessions hang. Places never change, so what was read once is kept; it is emptied where a batch failed, since the
 * sessions that this batch opened may then not exist.
 */
export class SessionPlaces {
  private readonly places = new Map<string, SessionPlace>();

  readonly placeOf = (session: string): SessionPlace | undefined => this.places.get(session);

  forget(): void {
    this.places.clear();
  }

  /** Makes sure that the places of all sessions of a batch, and of their ancestors, are known as far as they exist. */
  async learn(
    client: pg.ClientBase,
    generation: number,
    groups: Iterable<RollupGroup>,
    directory: DirectoryRows,
  ): Promise<void> {
    if (this.places.size > PLACES_KEPT) this.forget();
    const needed = new Set<string>();
    for (const { parent } of directory.sessions.values()) if (parent !== undefined) needed.add(idOf('ses', parent));
    for (const group of groups) for (const session of group.values.session.keys()) needed.add(session);
    needed.delete(NO_VALUE);
    const unknown = [...needed].filter(
      (session) => !this.places.has(session) && !directory.sessions.has(session.slice(-32)),
    );
    if (unknown.length > 0) await this.load(client, generation, unknown);
    for (const { session, parent } of directory.sessions.values()) {
      const parentId = parent === undefined ? undefined : idOf('ses', parent);
      const depth = parentId === undefined ? 0 : (this.places.get(parentId)?.depth ?? 0) + 1;
      this.places.set(idOf('ses', session), { parent: parentId, depth });
    }
  }

  private async load(client: pg.ClientBase, generation: number, sessions: readonly string[]): Promise<void> {
    const { rows } = await client.query<{ session_id: string; parent: string | null; depth: number }>({
      name: `bursar_session_places_${generation}`,
      text: `
        with recursive above as (
          select session_id, parent, depth from ${tableOf('session', generation)} where session_id = any($1::uuid[])
          union
          select s.session_id, s.parent, s.depth from above
          join ${tableOf('session', generation)} s on s.session_id = above.parent
        )
        select * from above`,
      values: [plainArray(sessions.map((session) => session.slice(-32)))],
    });
    for (const { session_id, parent, depth } of rows) {
      this.places.set(idOf('ses', session_id), { parent: parent === null ? undefined : idOf('ses', parent), depth });
    }
  }
}
