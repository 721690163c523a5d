import {
  findAgent,
  isSelfOrDescendant,
  isWindowed,
  NO_TOTALS,
  rollingGranularity,
  usageAt,
  principalOf,
  type Agent,
  type Book,
  type LimitState,
} from '#domain';
import type { AgentView, LimitView, OwnerAnswer } from '#contracts';
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
    limits: agent.limits.map((limit) => limitView(agent, limit, now)),
  };
  if (agent.status_reason !== undefined) view.status_reason = agent.status_reason;
  if (agent.parent_id !== undefined) view.parent_agent_id = agent.parent_id;
  if (agent.revocation_id !== undefined) view.revocation_id = agent.revocation_id;
  if (agent.protocols !== undefined) view.protocols = agent.protocols;
  if (Object.keys(agent.labels).length > 0) view.labels = agent.labels;
  return view;
}

function limitView(agent: Agent, limit: LimitState, now: number): LimitView {
  const { of, per, asset, time_zone } = limit.definition;
  const totals = agent.totals[asset] ?? NO_TOTALS;
  const windowed = isWindowed(limit.definition) ? usageAt(limit, now) : undefined;
  const counted = windowed ?? (per === 'payment' && of === 'amount' ? NO_TOTALS : totals);
  const spent = of === 'count' ? BigInt(counted.count) : of === 'held' ? 0n : counted.spent;
  const held = of === 'count' ? 0n : counted.held;
  const left = limit.maximum - spent - held;
  const view: LimitView = {
    id: limit.id,
    of,
    per,
    asset,
    maximum: limit.maximum.toString(),
    spent: spent.toString(),
    held: held.toString(),
    remaining: (left > 0n ? left : 0n).toString(),
  };
  if (time_zone !== undefined) view.time_zone = time_zone;
  if (left < 0n) view.over_by = (-left).toString();
  if (windowed?.resets_at !== undefined) view.resets_at = windowed.resets_at;
  if (typeof per === 'object') view.granularity_seconds = rollingGranularity(per.rolling_seconds);
  return view;
}
