import type { Agent, BookState } from './state/index.js';

/** The agent in whose name another spends: for a scoped agent the nearest above it that is not scoped, else itself. */
export function principalOf(state: BookState, agent: Agent): Agent {
  let principal = agent;
  while (principal.origin === 'scoped') {
    const parent = principal.parent_id === undefined ? undefined : state.agents.get(principal.parent_id);
    if (!parent) throw new Error(`no agent above the scoped agent ${principal.id}`);
    principal = parent;
  }
  return principal;
}
