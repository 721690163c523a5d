import {
  concerns,
  findAgent,
  isSelfOrDescendant,
  requireAgentOrOrchestrator,
  type BookEvent,
  type Query,
} from '#domain';
import type { OwnerAnswer } from '#contracts';
import { readEvent } from '../owner/read-event.js';
import { refused, type QuestionContext } from './question.js';

/** A payment request with all its events, from the log. Who is on neither side of it finds none (F7). */
export async function paymentRequestAnswer(
  context: QuestionContext,
  { request_id, payer_org }: Extract<Query, { type: 'query.payment_request' }>,
): Promise<OwnerAnswer> {
  const { log, org, book, actor, now } = context;
  const notFound = refused({ code: 'payment_request_not_found', scope: { kind: 'payment_request', id: request_id } });
  if (!/^req_[0-9a-f]{32}$/.test(request_id)) return notFound;
  const loaded = await log.loadFacts({ keys: [], payments: [request_id] });
  const events = loaded.payments[0]!.map((logged) => ({
    event: readEvent(logged),
    position: `${logged.partition}:${logged.position}`,
  }))
    // What the payer's book says of it may lie in the same partition.
    .filter(({ event }) => event.org === org);
  const opened: BookEvent | undefined = events[0]?.event;
  if (opened?.type !== 'request.opened' || !concerns(book, actor, opened, payer_org)) return notFound;
  return { kind: 'payment_request', events, time: now };
}

/** Whether the caller speaks for an agent whom another org has asked for money: reads what is asked, or acts on it. */
export function askedAgentAnswer(
  { book, actor }: QuestionContext,
  { agent: name, acts }: Extract<Query, { type: 'query.asked_agent' }>,
): OwnerAnswer {
  const agent = findAgent(book, name);
  const notFound = refused({ code: 'agent_not_found', scope: { kind: 'agent', id: name } });
  if (!agent) return notFound;
  if (actor.kind === 'agent' && !isSelfOrDescendant(book, agent.id, actor.agent.id)) return notFound;
  if (actor.kind === 'session' && actor.session.agent_id !== agent.id) return notFound;
  if (acts) requireAgentOrOrchestrator(book, actor, agent.id);
  return { kind: 'asked_agent', agent_id: agent.id, handle: agent.handle };
}
