import type { OwnerAnswer } from '#contracts';
import { Answered } from '../refused.js';
import { endCall } from './end-call.js';
import { outcomeText, type Outcome } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { sayOfPayment } from './service-step.js';

type Row = Parameters<ServiceParts['calls']['begin']>[0];

/** A claim that could not be written, or of which nobody can say whether it was. */
export class ClaimFailed {
  constructor(readonly error: unknown) {}
}

/** Whether this one has written the claim, now or with its hold, of which nobody has heard. Never rejects. */
export async function claimOf({ calls }: Pick<ServiceParts, 'calls'>, row: Row): Promise<Claim> {
  try {
    return (await calls.begin(row)) || (await isOfSalt(calls, row));
  } catch (error) {
    return new ClaimFailed(error);
  }
}

export type Claim = boolean | ClaimFailed;

/** A salt is drawn for one try of one copy of a request: a row that has it is that one's. */
async function isOfSalt(calls: Pick<ServiceParts['calls'], 'read'>, { payment_id, salt }: Row): Promise<boolean> {
  return (await calls.read(payment_id))?.salt === salt;
}

/** Nothing was called, and the same key may be tried again. */
const NOT_CALLED: Outcome = { kind: 'failed', code: 'upstream_unavailable' };

/** Longer than the writing of what is kept may take. */
const LET_GO_MS = 10_000;

/**
 * The owner has not said that the hold stands, so nothing was called. Where it may stand all the same, what is kept says how it has to
 * end, and the sweep of left calls ends it.
 */
export async function letGo(parts: ServiceParts, row: Row, answer: OwnerAnswer): Promise<void> {
  if (answer.kind !== 'unavailable' || answer.code !== 'outcome_unknown') return;
  const { payment_id } = row;
  try {
    // Another copy of the request that is at it is not to be told that nothing came of it.
    const isOwn = (await parts.calls.begin({ ...row, ends_in_ms: LET_GO_MS })) || (await isOfSalt(parts.calls, row));
    if (isOwn) await leaveUncalled(parts, payment_id);
  } catch (error) {
    parts.logger.error({ err: error, payment_id }, 'A hold that may stand could not be kept');
  }
}

/** In this order: the sweep would make a call that it finds without an answer, and what it came to would not be kept (C4). */
async function leaveUncalled({ calls }: Pick<ServiceParts, 'calls'>, payment_id: string): Promise<void> {
  await calls.answered({ payment_id, answer: outcomeText(NOT_CALLED) });
  await calls.leave(payment_id);
}

/** As `letGo`, where the claim is written already. */
export async function letGoClaim(parts: ServiceParts, payment_id: string, answer: OwnerAnswer): Promise<void> {
  if (answer.kind !== 'unavailable' || answer.code !== 'outcome_unknown') return parts.ended.drop(payment_id);
  try {
    await leaveUncalled(parts, payment_id);
  } catch (error) {
    parts.logger.error({ err: error, payment_id }, 'A hold that may stand could not be kept');
  }
}

const TRIES = 3;
const WAIT_MS = 500;

/**
 * What is asked cannot be kept, so nobody could tell later what it was: the hold is released, and nothing was called (A7). The caller
 * does not wait for it. Throws the answer.
 */
export function giveUp(parts: ServiceParts, row: Row, { error }: ClaimFailed): never {
  const { payment_id } = row;
  parts.logger.error({ err: error, payment_id }, 'A call of a service could not be begun');
  void parts.running.run(payment_id, () => release(parts, row)).catch(() => undefined);
  throw new Answered({ kind: 'unavailable', code: 'settlement_unavailable' });
}

/**
 * Another replica that is asked the same may have the claim and be at it: who releases must have the claim, or know that nobody has. Where
 * nobody can say, the hold stays, and is listed as unknown when its time is over.
 */
async function release(parts: ServiceParts, row: Row): ReturnType<ServiceParts['running']['run']> {
  const left = { kind: 'unknown' as const, reason: 'what was asked could not be kept' };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const claim = await claimAgain(parts, row);
    if (claim === 'own') return (await endCall(parts, row, NOT_CALLED)).kind === 'as_said' ? NOT_CALLED : left;
    if (claim === 'other') return left;
    if (claim === 'nobody') {
      await sayOfPayment(parts, row, 'void', {}, Date.now() + 5_000);
      return NOT_CALLED;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS * 2 ** tries));
  }
  return left;
}

/** `nobody`: the table can be read, and not written. A claim with this salt is of the try that failed. */
async function claimAgain(
  { calls }: Pick<ServiceParts, 'calls'>,
  row: Row,
): Promise<'own' | 'other' | 'nobody' | 'unsaid'> {
  try {
    if (await calls.begin(row)) return 'own';
  } catch {
    // It is read instead.
  }
  try {
    const kept = await calls.read(row.payment_id);
    if (kept === undefined) return 'nobody';
    return kept.salt === row.salt ? 'own' : 'other';
  } catch {
    return 'unsaid';
  }
}
