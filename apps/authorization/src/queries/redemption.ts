import { finishedFrom, refuseRedemption, requireRedeemable, type Query } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { readEvent } from '../owner/read-event.js';
import type { QuestionContext } from './question.js';

/** What `payment.redeem` would do now, short of doing it. Throws the refusal that it would be given. */
export async function redemptionAnswer(
  { log, partition, book, actor, now }: QuestionContext,
  query: Extract<Query, { type: 'query.redemption' }>,
): Promise<OwnerAnswer> {
  const payment = book.payments.get(query.payment_id);
  if (!payment) {
    const { payments } = await log.loadFacts({ keys: [], payments: [query.payment_id] });
    const mine = (payments[0] ?? []).filter((logged) => logged.partition === partition.partition);
    const events = mine.map(readEvent).filter((event) => event.org === query.org);
    return refuseRedemption(book, actor, finishedFrom(events), query.payment_id);
  }
  requireRedeemable(book, actor, payment, query, now);
  const { payer, asset } = payment.details;
  return {
    kind: 'redemption',
    redemption: {
      payment_id: payment.id,
      payer: { agent_id: payer.agent_id, handle: payer.handle },
      held: payment.held.toString(),
      asset,
      ...(payment.status === 'authorized' ? { expires_at: payment.expires_at } : {}),
    },
  };
}
