import type { RecordedEvent, SettlementRequest } from '#contracts';
import type { KeptServiceCall } from '#event-log';
import { callerOf, queryHeader } from '../owners/command-header.js';
import { expectKind } from '../refused.js';
import { endPayment } from './end-call.js';
import { outcomeText, readOutcome, type Outcome, type Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 500;
/** Left of the caller's time for answering. */
const MARGIN_MS = 500;
/** The claim is written when the hold stands: so much later it may be. */
const LATE_CLAIM_MS = 3_000;
const KEPT_AT_LEAST_MS = 20 * 3_600_000;

/** What comes of a call that an earlier request with the same key has begun, here or elsewhere; waits for it as long as the caller does. */
export async function joinCall(
  parts: ServiceParts,
  request: SettlementRequest,
  { payment_id }: { payment_id: string },
): Promise<Outcome | Unknown> {
  const until = request.deadline - MARGIN_MS;
  const claimed_until = Math.min(until, Date.now() + LATE_CLAIM_MS);
  for (let wait_ms = FIRST_WAIT_MS; ; wait_ms = Math.min(LONGEST_WAIT_MS, wait_ms * 2)) {
    const running = parts.running.get(payment_id);
    if (running) await Promise.race([running, sleep(until - Date.now())]);
    const row = await parts.calls.read(payment_id);
    if (row?.answer !== undefined) return keptOutcome(parts, row, row.answer);
    if (row === undefined || row.state === 'ended') {
      const outcome = await outcomeByBook(parts, request, payment_id, row !== undefined);
      const mayBeLate = row === undefined && outcome.kind === 'unknown' && Date.now() + wait_ms < claimed_until;
      // All of it may have happened since its claim was looked for.
      const isMissed =
        row === undefined && outcome.kind !== 'unknown' && (await parts.calls.read(payment_id)) !== undefined;
      if (!mayBeLate && !isMissed) return outcome;
    }
    if (Date.now() + wait_ms > until) return { kind: 'unknown', reason: 'the call has not ended yet' };
    await sleep(wait_ms);
  }
}

/** The answer that is kept, once its payment has ended as it says (C4). */
async function keptOutcome(parts: ServiceParts, row: KeptServiceCall, answer: string): Promise<Outcome | Unknown> {
  const outcome = readOutcome(answer, row.units);
  if (row.state === 'ended') return outcome;
  const ended = await endPayment(parts, row, outcome, outcomeText(outcome));
  if (ended.kind === 'open') return { kind: 'unknown', reason: 'its payment could not be ended yet' };
  parts.ended.end(row.payment_id);
  return outcome;
}

/** Nothing is kept of it any more, or nobody knows more than the book does. */
async function outcomeByBook(
  parts: ServiceParts,
  request: SettlementRequest,
  payment_id: string,
  isKept: boolean,
): Promise<Outcome | Unknown> {
  const caller = callerOf(request);
  const query = { type: 'query.payment' as const, ...queryHeader(caller, request.deadline), payment_id };
  const { events } = expectKind(await parts.owners.send(caller.org, query), 'payment');
  const captured = events.find(isCapture);
  if (captured) return { kind: 'paid', body: { answer_expired: true }, units: BigInt(captured.event.captured) };
  const hasEnded = events.some(({ event }) => event.type === 'payment.voided' || event.type === 'payment.expired');
  if (!hasEnded) return { kind: 'unknown', reason: 'nobody has heard of its answer' };
  // What was called is kept so long at least: nothing was, so that the key may be tried again.
  if (!isKept && Date.now() - events[0]!.event.time < KEPT_AT_LEAST_MS)
    return { kind: 'failed', code: 'upstream_unavailable', detail: 'The call could not be begun.' };
  return { kind: 'failed', code: 'upstream_refused', detail: 'The payment was voided.' };
}

type Captured = RecordedEvent & { event: { type: 'payment.captured'; captured: string } };

function isCapture(recorded: RecordedEvent): recorded is Captured {
  return recorded.event.type === 'payment.captured';
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
