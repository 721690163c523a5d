import type { AgentRegistered, SessionChanged, SessionClosed, SessionOpened } from '#domain';
import { hexOf } from './identifiers.js';

export interface SessionRow {
  session: string;
  org: string;
  parent: string | undefined;
  agent: string | undefined;
  opened: SessionOpened;
}

/** Fields that a batch sets on a session, whether its row is new or old. */
export interface SessionPatch {
  session: string;
  budget?: string;
  /** Null lifts the expiry. */
  expires_at?: number | null;
  closed_at?: number;
}

export interface AgentRow {
  agent: string;
  org: string;
  parent: string | undefined;
  registered: AgentRegistered;
}

/** Sessions and agents that a batch opens, registers or changes. Every method throws before it changes anything. */
export class DirectoryRows {
  readonly sessions = new Map<string, SessionRow>();
  readonly sessionPatches = new Map<string, SessionPatch>();
  readonly agents = new Map<string, AgentRow>();

  sessionOpened(event: SessionOpened): void {
    const session = hexOf(event.session_id);
    const row: SessionRow = {
      session,
      org: hexOf(event.org),
      parent: event.parent_session_id === undefined ? undefined : hexOf(event.parent_session_id),
      agent: event.agent_id === undefined ? undefined : hexOf(event.agent_id),
      opened: event,
    };
    if (this.sessions.has(session)) throw new Error('the session is open already');
    this.sessions.set(session, row);
  }

  sessionChanged(event: SessionChanged): void {
    const patch = this.patch(event.session_id);
    if (event.budget !== undefined) patch.budget = event.budget;
    if (event.expires_at !== undefined) patch.expires_at = event.expires_at;
  }

  sessionClosed(event: SessionClosed): void {
    this.patch(event.session_id).closed_at = event.time;
  }

  agentRegistered(event: AgentRegistered): void {
    const row: AgentRow = {
      agent: hexOf(event.agent_id),
      org: hexOf(event.org),
      parent: event.parent_agent_id === undefined ? undefined : hexOf(event.parent_agent_id),
      registered: event,
    };
    this.agents.set(row.agent, row);
  }

  private patch(id: string): SessionPatch {
    const session = hexOf(id);
    let patch = this.sessionPatches.get(session);
    if (!patch) this.sessionPatches.set(session, (patch = { session }));
    return patch;
  }
}
