import { agentChain, isSelfOrDescendant, requireAgent, type Agent, type Query } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { agentView } from './agent.js';
import { pageAfter } from './page.js';
import { refused, type QuestionContext } from './question.js';

/** A page of the org's agents in order of their ids; of itself and those below it for an agent's token. Never tokens (F4). */
export function agentsAnswer(context: QuestionContext, query: Extract<Query, { type: 'query.agents' }>): OwnerAnswer {
  const { book, actor, now } = context;
  if (actor.kind === 'session')
    return refused({ code: 'role_not_allowed', scope: { kind: 'session', id: actor.session.id } });
  const parent = query.parent === undefined ? undefined : requireAgent(book, query.parent);
  const own = actor.kind === 'agent' ? actor.agent.id : undefined;
  if (parent && own !== undefined && !isSelfOrDescendant(book, parent.id, own))
    return refused({ code: 'agent_not_found', scope: { kind: 'agent', id: query.parent! } });
  const { page, more } = pageAfter(asked(), query.after, query.limit);
  return { kind: 'agents', agents: page.map((agent) => agentView(book, agent, now)), more };

  function* asked(): Iterable<Agent> {
    for (const agent of book.agents.values()) {
      if (query.status !== undefined && agent.status !== query.status) continue;
      if (parent && agent.parent_id !== parent.id) continue;
      if (own === undefined || agentChain(book, agent.id).some(({ id }) => id === own)) yield agent;
    }
  }
}
