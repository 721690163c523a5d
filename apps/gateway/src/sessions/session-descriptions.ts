import type { SessionView } from '#contracts';
import type { Notes } from '../ports.js';

/** The descriptions that are kept of a session and of all below it that the view shows. */
export async function readDescriptions(notes: Notes, view: SessionView): Promise<ReadonlyMap<string, string>> {
  const kept = await notes.read('description', idsOf(view));
  return new Map([...kept].map(([sessionId, { text }]) => [sessionId, text]));
}

function idsOf(view: SessionView): string[] {
  const ids = [view.session_id];
  for (const child of view.children ?? []) ids.push(...idsOf(child));
  return ids;
}
