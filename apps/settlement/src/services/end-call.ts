import { noteHash } from '#event-log';
import type { OwnerAnswer } from '#contracts';
import type { RowBeside } from '#domain';
import { answerBeside } from './beside.js';
import { outcomeText, type Outcome } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { sayOfPayment, type ServicePayment } from './service-step.js';

export interface CallToEnd extends ServicePayment {
  salt: string;
}

type ServiceAnswer = Parameters<ServiceParts['calls']['answered']>[0];
type EndParts = Pick<ServiceParts, 'owners' | 'calls' | 'ended' | 'logger'>;

/** An owner that is there has answered by then. */
const HURRY_MS = 250;
const PATIENCE_MS = 10_000;
const FIRST_WAIT_MS = 50;
/** Between two tries to keep an answer, which its caller waits for. */
const LONGEST_WAIT_MS = 500;

/**
 * How a payment stands after it was to be ended. `otherwise`: somebody else has ended it, such as an operator. `open`: its owner could not
 * be asked; the sweep of unfinished calls ends it, and nobody is given the answer before (C4).
 */
export type Ended = { kind: 'as_said'; recorded: Recorded } | { kind: 'otherwise' } | { kind: 'open' };

export type Recorded = Extract<OwnerAnswer, { kind: 'recorded' }>;

/**
 * Keeps what came of a call and ends its payment. The answer travels with what is said of the payment, and the owner writes both together
 * (decision 087); where that takes long, or was not said to be so, the answer is kept here: whichever of the two is lost, the other one tells.
 */
export async function endCall(parts: EndParts, call: CallToEnd, outcome: Outcome): Promise<Ended> {
  const text = outcomeText(outcome);
  const units = outcome.kind === 'paid' ? outcome.units : undefined;
  const kept = { payment_id: call.payment_id, answer: text, ...(units !== undefined && { units }) };
  let keeping: Promise<void> | undefined;
  const keep = () => (keeping ??= keepAnswer(parts, kept));
  const hurry = setTimeout(() => void keep(), HURRY_MS);
  const ended = await endPayment(parts, call, outcome, text, answerBeside(text, units));
  clearTimeout(hurry);
  const isKept = ended.kind === 'as_said' && ended.recorded.kept_beside === true;
  if (!isKept) await keep();
  // What the owner has kept, it has closed.
  if (!isKept && ended.kind !== 'open') parts.ended.end(call.payment_id);
  return ended;
}

/** As patiently as its payment is ended: else a capture that waited for the database would stand without its answer. */
async function keepAnswer({ calls, logger }: EndParts, kept: ServiceAnswer): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (let wait_ms = FIRST_WAIT_MS; ; wait_ms = Math.min(LONGEST_WAIT_MS, wait_ms * 2)) {
    try {
      return void (await calls.answered(kept));
    } catch (error) {
      if (Date.now() + wait_ms > until)
        return logger.error({ err: error, payment_id: kept.payment_id }, 'A service’s answer could not be kept');
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }
}

/** Captures what it came to, or voids. Said again until the owner is there, for a while. */
export async function endPayment(
  parts: EndParts,
  call: CallToEnd,
  outcome: Outcome,
  text: string,
  beside?: RowBeside,
): Promise<Ended> {
  const until = Date.now() + PATIENCE_MS;
  for (let wait_ms = FIRST_WAIT_MS; ; wait_ms *= 2) {
    const answer = await say(parts, call, outcome, { text, beside }, until);
    if (answer.kind !== 'unavailable') return endedBy(parts, call, answer);
    if (Date.now() + wait_ms > until) return { kind: 'open' };
    await new Promise((resolve) => setTimeout(resolve, wait_ms));
  }
}

function say(
  parts: EndParts,
  call: CallToEnd,
  outcome: Outcome,
  { text, beside }: { text: string; beside: RowBeside | undefined },
  deadline: number,
): Promise<OwnerAnswer> {
  if (outcome.kind === 'failed') return sayOfPayment(parts, call, 'void', { beside }, deadline);
  const answer_hash = noteHash(call.salt, text);
  return sayOfPayment(parts, call, 'capture', { amount: outcome.units, answer_hash, beside }, deadline);
}

/** Also where there is no such payment: a hold that nobody knew to have come about did not. */
const ENDED_OTHERWISE: ReadonlySet<string> = new Set([
  'payment_not_capturable',
  'payment_not_voidable',
  'hold_expired',
  'payment_not_found',
]);

function endedBy({ logger }: EndParts, { payment_id }: CallToEnd, answer: OwnerAnswer): Ended {
  if (answer.kind === 'recorded') return { kind: 'as_said', recorded: answer };
  const code = answer.kind === 'refused' ? answer.refusal.code : answer.kind;
  if (ENDED_OTHERWISE.has(code)) return { kind: 'otherwise' };
  logger.error({ payment_id, code }, 'A payment to a service could not be ended');
  return { kind: 'open' };
}
