import { writeJson, type EventEvidence, type RecordedEvent, type SettlementRequest } from '#contracts';
import { sealText, type ServiceCall } from '#event-log';
import { freshId } from '#security';
import { callerOf } from '../owners/command-header.js';
import { Answered, expectKind } from '../refused.js';
import { holdCommand, type PricedCall } from './asked-call.js';
import { outcomeText } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { sayOfPayment } from './service-step.js';

export interface BegunCall extends RecordedEvent {
  payment_id: string;
  /** This process, for this request, is the one to call; else the payment is an earlier one's, or another's who is faster. */
  isOurs: boolean;
  /** Where it was recorded just now. */
  evidence?: EventEvidence;
  salt: string;
  /** In smallest units. */
  held: bigint;
}

/** How much longer than a call may take its process sees to it itself. */
const GRACE_MS = 30_000;

/** How long a dispatched call is waited for: as long as it may take with all its retries, and some. */
export function callTimeMs({ service: { definition }, call }: PricedCall): number {
  const stream_seconds = call.is_streamed ? (definition.stream?.timeout_seconds ?? definition.timeout_seconds) : 0;
  if (stream_seconds > 0) return stream_seconds * 1_000 + GRACE_MS;
  return definition.timeout_seconds * 1_000 * (1 + definition.retries) + GRACE_MS;
}

/**
 * Holds for the call, then keeps what is asked beside the log. The row is the claim: of several that have the same payment, as when
 * another replica is asked the same, one has written it and calls. Throws what the owner refuses; nothing is kept of that.
 */
export async function beginCall(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  attempt: number,
): Promise<BegunCall> {
  const fresh_id = attempt === 0 ? request.fresh_id : freshId();
  const payment_id = `pay_${fresh_id}`;
  const ends_in_ms = callTimeMs(priced);
  const { salt, hash, text } = sealText(writeJson(priced.call.payload));
  const { org } = callerOf(request);
  const { definition, mode } = priced.service;
  const is_sandbox = mode === 'sandbox';
  const row = { payment_id, org, service: definition.name, is_sandbox, salt, request: text, ends_in_ms };
  const hold = { attempt, fresh_id, request_hash: hash, dispatched_for_ms: ends_in_ms };
  const command = holdCommand(request, priced, hold);
  const answer = await parts.owners.send(org, command);
  if (answer.kind === 'unavailable') await letGo(parts, row);
  const recorded = expectKind(answer, 'recorded');
  const begun = { ...recorded, payment_id: paymentOf(recorded), salt, held: command.amount };
  if (begun.payment_id !== payment_id) return { ...begun, isOurs: false };
  if (recorded.event.type === 'payment.pending_approval') return { ...begun, isOurs: true };
  try {
    return { ...begun, isOurs: await parts.calls.begin(row) };
  } catch (error) {
    return giveUp(parts, row, error);
  }
}

/** Nothing was called, but a hold may stand: kept as a call that came to nothing, so that the sweep of what is left releases it. */
async function letGo(parts: ServiceParts, row: ServiceCall): Promise<void> {
  const { payment_id } = row;
  try {
    // Where another replica was asked the same and is at it, it is not to be told that nothing came of it.
    if (!(await parts.calls.begin({ ...row, ends_in_ms: 0 }))) return;
    await parts.calls.answered({ payment_id, answer: outcomeText({ kind: 'failed', code: 'upstream_unavailable' }) });
  } catch (error) {
    parts.logger.error({ err: error, payment_id }, 'A hold that may stand could not be kept');
  }
}

/**
 * What is asked cannot be kept, so nobody could tell later what it was: the hold is released, and nothing was called (A7). Unless
 * another replica was asked the same and is at it, or nobody can say: then it stays.
 */
async function giveUp(
  parts: ServiceParts,
  payment: { payment_id: string; org: string; service: string },
  error: unknown,
): Promise<never> {
  parts.logger.error({ err: error, payment_id: payment.payment_id }, 'A call of a service could not be begun');
  const isNobodys = await parts.calls.read(payment.payment_id).then(
    (row) => row === undefined,
    () => false,
  );
  if (isNobodys) await sayOfPayment(parts, payment, 'void', {}, Date.now() + 5_000);
  throw new Answered({ kind: 'unavailable', code: 'settlement_unavailable' });
}

function paymentOf({ event }: RecordedEvent): string {
  if (!('payment_id' in event) || event.payment_id === undefined)
    throw new Error(`A service was answered by ${event.type}`);
  return event.payment_id;
}
