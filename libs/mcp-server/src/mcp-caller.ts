import { parseToken } from '#contracts';

/** Whose credential a server works with, as far as the tokens say. */
export interface McpCaller {
  /** The agent whose token it is. */
  agent_id?: string;
  /** The session that narrows it: its token stands alone or beside the agent's. */
  session_id?: string;
}

/**
 * Who calls; undefined for an org key, which may spend as any agent and is no credential for a model's tools. Nothing is
 * verified here.
 */
export function mcpCallerOf(token: string, sessionToken?: string): McpCaller | undefined {
  const { kind, subject } = parseToken(token);
  if (kind === 'key') return undefined;
  const session = sessionToken === undefined ? undefined : parseToken(sessionToken).subject;
  return kind === 'agent' ? { agent_id: subject, session_id: session } : { session_id: subject };
}
