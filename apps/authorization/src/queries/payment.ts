import {
  findAgent,
  isForeignPayee,
  isForPayee,
  isPaymentEvent,
  isSelfOrDescendant,
  isWithinSession,
  type BookEvent,
  type Query,
} from '#domain';
import type { OwnerAnswer } from '#contracts';
import type { LoggedEvent } from '#event-log';
import { readEvent } from '../owner/read-event.js';
import { surroundingsOf } from './payment-surroundings.js';
import { refused, type QuestionContext } from './question.js';

/** A payment with all its events, from the log. Payments of other books do not exist here (F7). */
export async function paymentAnswer(
  context: QuestionContext,
  { payment_id: paymentId, outcome_only }: Pick<PaymentQuery, 'payment_id' | 'outcome_only'>,
): Promise<OwnerAnswer> {
  const { log, partition, org } = context;
  const loaded = /^pay_[0-9a-f]{32}$/.test(paymentId)
    ? await log.loadFacts({ keys: [], payments: [paymentId] })
    : undefined;
  const mine = (loaded?.payments[0] ?? []).filter((logged) => logged.partition === partition.partition);
  // A payment between two orgs has events in both books, which may lie in one partition.
  const events = mine.map((logged) => positioned(logged)).filter(({ event }) => event.org === org);
  const first = events[0]?.event;
  const notFound = refused({ code: 'payment_not_found', scope: { kind: 'payment', id: paymentId } });
  if (!first || !isVisible(context, first)) return notFound;
  const surroundings = surroundingsOf(context.book, first);
  if (!isPayeeOnly(context, first)) return { kind: 'payment', events, ...surroundings };
  if (first.type === 'payment.declined' && !outcome_only) return notFound;
  // The first one says what the payment is.
  const told = events.filter(({ event }) => event === first || isForPayee(event));
  return { kind: 'payment', events: told, as_payee: true, ...surroundings };
}

type PaymentQuery = Extract<Query, { type: 'query.payment' }>;

/** The payment to which a key is bound, in the scope of the agent that is named or, for want of one, of whom the token pays as. */
export async function paymentByKeyAnswer(
  context: QuestionContext,
  key: string,
  agent: string | undefined,
): Promise<OwnerAnswer> {
  const { log, partition, book, actor } = context;
  const payer = findAgent(book, agent ?? paysAs(actor) ?? 'default');
  const notFound = refused({ code: 'payment_not_found', scope: { kind: 'payment', id: key } });
  if (!payer) return notFound;
  const loaded = await log.loadFacts({
    keys: [{ partition: partition.partition, scope: payer.id, key }],
    payments: [],
  });
  const bound = loaded.keys[0];
  const event = bound && readEvent(bound);
  if (!event || !('payment_id' in event) || event.payment_id === undefined) return notFound;
  return paymentAnswer(context, { payment_id: event.payment_id });
}

function paysAs(actor: QuestionContext['actor']): string | undefined {
  if (actor.kind === 'agent') return actor.agent.id;
  return actor.kind === 'session' ? actor.session.agent_id : undefined;
}

function positioned(logged: LoggedEvent): { event: BookEvent; position: string } {
  return { event: readEvent(logged), position: `${logged.partition}:${logged.position}` };
}

/** Payer and payee see a payment, whoever holds an org key, and holders of a session's token what was paid in it and below. */
function isVisible({ book, actor }: QuestionContext, event: BookEvent): boolean {
  const isCredit = event.type === 'clearing.credited';
  if (!isCredit && !isPaymentEvent(event)) return false;
  if (actor.kind === 'key' || actor.kind === 'owner') return true;
  if (actor.kind === 'foreign_payee') return !isCredit && isForeignPayee(actor, event.payee);
  if (actor.kind === 'service_caller')
    return !isCredit && 'service' in event.payee && event.payee.service === actor.service;
  if (actor.kind === 'session') return !isCredit && isWithinSession(book, event.session_id, actor.session.id);
  const own = (agentId: string): boolean => isSelfOrDescendant(book, agentId, actor.agent.id);
  if (isCredit) return own(event.payee.agent_id);
  return own(event.payer.agent_id) || ('agent_id' in event.payee && own(event.payee.agent_id));
}

/** Who is paid and does not pay reads the payment, and learns nothing of its payer's limits by that. */
function isPayeeOnly({ book, actor }: QuestionContext, event: BookEvent): boolean {
  if (!isPaymentEvent(event)) return false;
  if (actor.kind === 'foreign_payee') return true;
  return actor.kind === 'agent' && !isSelfOrDescendant(book, event.payer.agent_id, actor.agent.id);
}
