import type { AgentView, SettlementRequest } from '#contracts';
import { callerOf, queryHeader } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { expectKind } from '../refused.js';

/** The agent that the path names, as the caller may see it. */
export async function namedAgent({ owners }: SettlementParts, request: SettlementRequest): Promise<AgentView> {
  const caller = callerOf(request);
  const query = {
    ...queryHeader(caller, request.deadline),
    type: 'query.agent' as const,
    agent: request.parameters?.['agent'] ?? '',
  };
  return expectKind(await owners.send(caller.org, query), 'agent').agent;
}
