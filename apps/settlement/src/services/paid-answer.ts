import {
  JsonNumber,
  writeJson,
  type JsonObject,
  type RecordedEvent,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { callerOf } from '../owners/command-header.js';
import { receiptOf, signedReceipt } from '../receipts/read-receipt.js';
import { bodyText, type Outcome, type Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';

/**
 * The service's own answer at top level, with what was paid for it. Its receipt is as of the capture, so that it is the same whenever it is
 * asked for again.
 */
export async function paidAnswer(
  parts: ServiceParts,
  request: SettlementRequest,
  payment_id: string,
  { body, stream, proof }: Extract<Outcome, { kind: 'paid' }>,
): Promise<SettlementAnswer> {
  const receipt = proof
    ? signedReceipt(parts, proof.events, proof.surroundings)
    : await receiptOf(parts, callerOf(request), payment_id, request.deadline, isCapture);
  if (receipt.status !== 'captured' || !('amount_captured' in receipt))
    return unknownAnswer(payment_id, { kind: 'unknown', reason: `its payment is ${receipt.status}` });
  const { receipt_id, amount_captured } = receipt;
  const answer = answerText(body, { receipt_id, credits_spent: new JsonNumber(amount_captured), receipt });
  if (stream === undefined) return { kind: 'done', outcome: 'ok', body: answer };
  return { kind: 'done', outcome: 'ok', content_type: EVENT_STREAM, body: stream + eventOf(answer) };
}

/** What a service says under a name of ours is not what it answers. */
function answerText(
  body: JsonObject,
  ours: { receipt_id: string; credits_spent: JsonNumber; receipt: object },
): string {
  if (Object.keys(ours).some((name) => Object.hasOwn(body, name))) return writeJson({ ...body, ...ours });
  const text = bodyText(body);
  return text === '{}' ? writeJson(ours) : `${text.slice(0, -1)},${writeJson(ours).slice(1)}`;
}

export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** Stands after all of the service's own events, so that clients which stop at `[DONE]` never see it. */
export function receiptEvent(answer: object): string {
  return eventOf(writeJson(answer));
}

function eventOf(answer: string): string {
  return `\n\nevent: bursar.receipt\ndata: ${answer}\n\n`;
}

function isCapture({ event }: RecordedEvent): boolean {
  return event.type === 'payment.captured';
}

/** Nothing was spent, and why. */
export function failureAnswer(
  { code, detail, upstream, retry_after_ms }: Omit<Extract<Outcome, { kind: 'failed' }>, 'kind'> & { kind?: 'failed' },
  payment_id?: string,
): SettlementAnswer {
  return {
    kind: 'problem',
    code,
    ...(detail !== undefined && { detail }),
    ...(upstream && { upstream }),
    ...(payment_id !== undefined && { payment_id }),
    ...(retry_after_ms !== undefined && { retry_after_ms }),
  };
}

/** The hold stays, and the service is not called again. */
export function unknownAnswer(payment_id: string, { reason }: Unknown): SettlementAnswer {
  return {
    kind: 'problem',
    code: 'payment_outcome_unknown',
    detail: `It is not known what came of the call: ${reason}. Its hold stays.`,
    payment_id,
  };
}
