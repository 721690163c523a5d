import type { SessionView } from '#contracts';
import type { Notes } from '../ports.js';

/** The descriptions that are kept of sessions and of all below them that the views show. */
export async function readDescriptions(
  notes: Notes,
  views: readonly SessionView[],
): Promise<ReadonlyMap<string, string>> {
  const kept = await notes.read('description', views.flatMap(idsOf));
  return new Map([...kept].map(([sessionId, { text }]) => [sessionId, text]));
}

function idsOf(view: SessionView): string[] {
  const ids = [view.session_id];
  for (const child of view.children ?? []) ids.push(...idsOf(child));
  return ids;
}
