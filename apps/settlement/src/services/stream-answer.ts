import type { SettlementAnswer, SettlementRequest } from '#contracts';
import type { EventQueue } from './event-queue.js';
import type { Outcome, Unknown } from './outcome.js';
import { EVENT_STREAM, paidAnswer, receiptEvent, unknownAnswer } from './paid-answer.js';
import type { ServiceParts } from './ports.js';

/** The events as they come, and after them the receipt, when the payment has ended. */
export function streamAnswer(
  parts: ServiceParts,
  request: SettlementRequest,
  payment_id: string,
  { events, end }: { events: EventQueue; end: Promise<Outcome | Unknown> },
): SettlementAnswer {
  void end.then(async (outcome) => {
    try {
      events.push(await lastEvent(parts, request, payment_id, outcome));
    } catch (error) {
      parts.logger.error({ err: error, payment_id }, 'The receipt of a streamed call could not be given');
    } finally {
      events.end();
    }
  });
  return { kind: 'done', outcome: 'ok', content_type: EVENT_STREAM, body: '', stream: events };
}

async function lastEvent(
  parts: ServiceParts,
  request: SettlementRequest,
  payment_id: string,
  outcome: Outcome | Unknown,
): Promise<string> {
  if (outcome.kind !== 'paid') {
    const reason = outcome.kind === 'unknown' ? outcome.reason : 'it came to nothing';
    return receiptEvent(unknownAnswer(payment_id, { kind: 'unknown', reason }));
  }
  // A minute more than the request had: the stream may have lasted longer than its deadline.
  const late = { ...request, deadline: Date.now() + 60_000 };
  const answer = await paidAnswer(parts, late, payment_id, { ...outcome, stream: '' });
  return answer.kind === 'done' ? answer.body : receiptEvent(answer);
}
