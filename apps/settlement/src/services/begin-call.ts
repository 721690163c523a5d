import { writeJson, type EventEvidence, type RecordedEvent, type SettlementRequest } from '#contracts';
import { sealText } from '#event-log';
import { callerOf } from '../owners/command-header.js';
import { expectKind } from '../refused.js';
import { holdCommand, type PricedCall } from './asked-call.js';
import { attemptId } from './attempt-id.js';
import { callBeside } from './beside.js';
import { ClaimFailed, claimOf, giveUp, letGo } from './give-up.js';
import { paymentInBook } from './payment-in-book.js';
import type { ServiceParts } from './ports.js';
import type { ServicePayment } from './service-step.js';

export interface BegunCall extends RecordedEvent {
  payment_id: string;
  /** The payment is this request's own, whichever copy of it was first; else it is an earlier request's with the same key. */
  isOfRequest: boolean;
  /** This process, for this copy of the request, is the one to call. */
  isOurs: boolean;
  /** Where it was recorded just now. */
  evidence?: EventEvidence;
  salt: string;
  /** In smallest units. */
  held: bigint;
}

/** How much longer than a call may take its process sees to it itself. */
const GRACE_MS = 30_000;

/** How long a dispatched call is waited for: its last try begins while its caller waits. */
export function callTimeMs({ service: { definition }, call }: PricedCall, deadline: number): number {
  const streamed_seconds = call.is_streamed ? definition.stream?.timeout_seconds : undefined;
  const patience_ms = Math.max(0, deadline - Date.now());
  return patience_ms + (streamed_seconds ?? definition.timeout_seconds) * 1_000 + GRACE_MS;
}

/**
 * Holds for the call, and keeps what is asked beside the log. The row is the claim: of several that have the same payment, as when
 * another replica is asked the same, one has written it and calls. It travels with the hold, and the owner writes both together (decision
 * 087); where it has not said so, the row is written when the hold stands. Throws what the owner refuses; nothing is kept of that.
 */
export async function beginCall(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  attempt: number,
): Promise<BegunCall> {
  const fresh_id = attemptId(request.fresh_id, attempt);
  const payment_id = `pay_${fresh_id}`;
  const ends_in_ms = callTimeMs(priced, request.deadline);
  const { salt, hash, text } = sealText(writeJson(priced.call.payload));
  const { org } = callerOf(request);
  const { definition, mode } = priced.service;
  const payment = { payment_id, org, service: definition.name };
  const row = { is_sandbox: mode === 'sandbox', salt, request: text, ends_in_ms, ...payment };
  const beside = callBeside(parts, row);
  const hold = { attempt, fresh_id, request_hash: hash, dispatched_for_ms: ends_in_ms, beside };
  const command = holdCommand(request, priced, hold);
  const answer = await parts.owners.send(org, command);
  if (answer.kind !== 'recorded') await letGo(parts, row, answer);
  const recorded = expectKind(answer, 'recorded');
  const made = paymentOf(recorded);
  const isOfRequest = made === payment_id;
  const begun = { payment_id: made, isOfRequest, salt, held: command.amount, ...recorded };
  if (!isOfRequest || recorded.event.type === 'payment.pending_approval') return { isOurs: false, ...begun };
  const claim = recorded.kept_beside === true || (await claimOf(parts, row));
  if (claim instanceof ClaimFailed) {
    // Another copy of the request is at it, here.
    if (parts.running.get(payment_id)) return { isOurs: false, ...begun };
    return giveUp(parts, row, claim);
  }
  const isOver = claim && recorded.replayed === true && !(await mayStillCall(parts, payment, request));
  if (isOver) parts.ended.drop(payment_id);
  const isOurs = claim && !isOver;
  // A claim that waited so long comes when its caller has been told that nothing was called.
  if (isOurs && Date.now() >= request.deadline)
    return giveUp(parts, row, new ClaimFailed(new Error('it came too late')));
  return { isOurs, ...begun };
}

/** The hold was made by another copy of the request, which may have given up since. */
async function mayStillCall(
  parts: ServiceParts,
  payment: ServicePayment,
  { deadline }: SettlementRequest,
): Promise<boolean> {
  const found = await paymentInBook(parts, payment, deadline);
  return typeof found === 'object' && found.status === 'dispatched';
}

function paymentOf({ event }: RecordedEvent): string {
  if (!('payment_id' in event) || event.payment_id === undefined)
    throw new Error(`A service was answered by ${event.type}`);
  return event.payment_id;
}
