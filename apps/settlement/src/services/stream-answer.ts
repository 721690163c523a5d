import { problemOfCode, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { PricedCall } from './asked-call.js';
import type { EventQueue } from './event-queue.js';
import type { Outcome, Unknown } from './outcome.js';
import { EVENT_STREAM, paidAnswer, receiptEvent, unknownAnswer } from './paid-answer.js';
import type { ServiceParts } from './ports.js';
import { errorEvent, streamTimeMs } from './stream-call.js';

/** After the service's own time, for the capture and the receipt. */
const END_MS = 30_000;

/** The events as they come, and after them the receipt, when the payment has ended. */
export function streamAnswer(
  parts: ServiceParts,
  request: SettlementRequest,
  { service }: Pick<PricedCall, 'service'>,
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
  const if_broken = { after_ms: streamTimeMs(service) + END_MS, text: brokenText(payment_id) };
  return { kind: 'done', outcome: 'ok', content_type: EVENT_STREAM, body: '', stream: events, if_broken };
}

/** For a reader whom the rest does not reach: how the call ends, nobody there can say. */
function brokenText(payment_id: string): string {
  const detail = 'The answer broke off on its way. The same request with its key tells what came of the call.';
  const problem = problemOfCode('payment_outcome_unknown', { detail, payment_id });
  return errorEvent('payment_outcome_unknown', detail) + receiptEvent(problem);
}

async function lastEvent(
  parts: ServiceParts,
  request: SettlementRequest,
  payment_id: string,
  outcome: Outcome | Unknown,
): Promise<string> {
  if (outcome.kind !== 'paid') {
    const reason = outcome.kind === 'unknown' ? outcome.reason : 'it came to nothing';
    return problemEvent(unknownAnswer(payment_id, { kind: 'unknown', reason }));
  }
  // A minute more than the request had: the stream may have lasted longer than its deadline.
  const late = { ...request, deadline: Date.now() + 60_000 };
  const answer = await paidAnswer(parts, late, payment_id, { ...outcome, stream: '' });
  return answer.kind === 'done' ? answer.body : problemEvent(answer);
}

/** The problem document that the same answer is over HTTP. */
function problemEvent(answer: SettlementAnswer): string {
  if (answer.kind !== 'problem') throw new Error(`A streamed call was answered ${answer.kind}`);
  const { code, detail, payment_id } = answer;
  return receiptEvent(
    problemOfCode(code, { ...(detail !== undefined && { detail }), ...(payment_id && { payment_id }) }),
  );
}
