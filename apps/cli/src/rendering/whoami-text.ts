import type { WhoamiAnswer } from '#client';
import { spendText } from './agent-text.js';
import { sessionTree } from './session-tree.js';
import { fields } from './table.js';

const KINDS = { key: 'org key', agent: "an agent's token", session: "a session's token" } as const;

export function whoamiText({ kind, id, org_id, role, agent, session }: WhoamiAnswer): string {
  const lines = fields([
    ['credential', KINDS[kind]],
    ['id', id],
    ['organization', org_id],
    ['role', role],
  ]);
  return [lines, ...(agent ? [spendText(agent)] : []), ...(session ? [sessionTree(session)] : [])].join('\n\n');
}
