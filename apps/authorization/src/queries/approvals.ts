import { isSelfOrDescendant, RefusedSignal } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { pageAfter } from './page.js';
import type { QuestionContext } from './question.js';

/** What waits for an approval now. An agent's token sees what it and its descendants have asked for. */
export function approvalsAnswer(context: QuestionContext, limit: number, after: string | undefined): OwnerAnswer {
  const { book, actor } = context;
  if (actor.kind === 'session')
    throw new RefusedSignal({ code: 'role_not_allowed', scope: { kind: 'session', id: actor.session.id } });
  const waiting = [...book.approvals.values()].flatMap(({ id, payment_id }) => {
    const { details, expires_at } = book.payments.get(payment_id)!;
    const hidden = actor.kind === 'agent' && !isSelfOrDescendant(book, details.payer.agent_id, actor.agent.id);
    return hidden ? [] : [{ id, details, expires_at }];
  });
  const { page, more } = pageAfter(waiting, after, limit);
  return { kind: 'approvals', approvals: page.map(({ details, expires_at }) => ({ details, expires_at })), more };
}
