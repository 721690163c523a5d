import type { AgentView, SettlementRequest } from '#contracts';
import { callerOf, queryHeader } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { expectKind } from '../refused.js';

/** The agent that the path names, as the caller may see it. */
export async function namedAgent({ owners }: SettlementParts, request: SettlementRequest): Promise<AgentView> {
  const caller = callerOf(request);
  const query = {
    type: 'query.agent' as const,
    ...queryHeader(caller, request.deadline),
    agent: request.parameters?.['agent'] ?? '',
  };
  return expectKind(await owners.send(caller.org, query), 'agent').agent;
}
