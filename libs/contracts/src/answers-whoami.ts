import { renderAgentSpend, type AgentSpendAnswer } from './answers-agent.js';
import { renderSession, type SessionAnswer } from './answers-session.js';
import type { AgentView, CredentialView, SessionView } from './wire.js';

export interface WhoamiAnswer {
  kind: CredentialView['kind'];
  /** Of the key, agent or session whose token was shown. */
  id: string;
  org_id: string;
  /** Of an org key. */
  role: CredentialView['role'] | null;
  /** Who pays with it, and what is left. */
  agent: AgentSpendAnswer | null;
  /** What it is narrowed to, without what is below it. */
  session: SessionAnswer | null;
}

/** What a credential is. The credential itself is in no answer. */
export function renderWhoami(
  org: string,
  credential: CredentialView,
  agent: AgentView | undefined,
  session: SessionView | undefined,
  descriptions: ReadonlyMap<string, string>,
): WhoamiAnswer {
  return {
    kind: credential.kind,
    id: credential.subject,
    org_id: org,
    role: credential.role ?? null,
    agent: agent ? renderAgentSpend(agent) : null,
    session: session ? renderSession(session, descriptions) : null,
  };
}
