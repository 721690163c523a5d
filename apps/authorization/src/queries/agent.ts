import { findAgent, isSelfOrDescendant, principalOf, type Agent, type Book } from '#domain';
import type { AgentView, OwnerAnswer } from '#contracts';
import { limitView } from './limit-view.js';
import { refused, type QuestionContext } from './question.js';

/** The agent with what every limit has left now. An agent's token sees itself and its descendants only. */
export function agentAnswer(context: QuestionContext, idOrHandle: string): OwnerAnswer {
  const { book, actor, now } = context;
  const agent = findAgent(book, idOrHandle);
  const hidden = agent && actor.kind === 'agent' && !isSelfOrDescendant(book, agent.id, actor.agent.id);
  if (!agent || hidden || (actor.kind === 'session' && actor.session.agent_id !== agent.id))
    return refused({ code: 'agent_not_found', scope: { kind: 'agent', id: idOrHandle } });
  return { kind: 'agent', agent: agentView(book, agent, now) };
}

export function agentView(book: Book, agent: Agent, now: number): AgentView {
  const view: AgentView = {
    agent_id: agent.id,
    handle: agent.handle,
    status: agent.status,
    origin: agent.origin,
    funding: principalOf(book, agent).funding,
    totals: Object.entries(agent.totals).map(([asset, { spent, held }]) => ({
      asset,
      spent: spent.toString(),
      held: held.toString(),
    })),
    limits: agent.limits.map((limit) => limitView(limit, agent.totals, now)),
    policy_version: agent.policy_version,
  };
  if (agent.status_reason !== undefined) view.status_reason = agent.status_reason;
  if (agent.parent_id !== undefined) view.parent_agent_id = agent.parent_id;
  if (agent.revocation_id !== undefined) view.revocation_id = agent.revocation_id;
  if (agent.protocols !== undefined) view.protocols = agent.protocols;
  if (Object.keys(agent.labels).length > 0) view.labels = agent.labels;
  if (agent.addresses !== undefined) view.addresses = agent.addresses;
  if (agent.lists !== undefined) view.lists = agent.lists;
  if (agent.approval_above !== undefined) view.approval_above = agent.approval_above;
  if (agent.breakers) {
    const limits = agent.breakers.limits.map((limit) => limitView(limit, {}, now));
    view.breakers = { ...agent.breakers, limits };
  }
  return view;
}
