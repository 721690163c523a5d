import { problemOfCode, problemOfDecline, type OwnerAnswer } from '#contracts';
import { problemReply, Refused, type HttpReply } from './http-reply.js';

type Recorded = Extract<OwnerAnswer, { kind: 'recorded' }>;

/** What an owner did not do, as a problem document: refused by a rule, or not available (D19). */
export function refusalReply(answer: Extract<OwnerAnswer, { kind: 'refused' | 'unavailable' }>): HttpReply {
  if (answer.kind === 'unavailable') {
    return problemReply(problemOfCode(answer.code), retryAfter(answer.retry_after_ms));
  }
  const problem = problemOfDecline(answer.refusal);
  const event = answer.recorded?.event;
  if (answer.recorded) problem.position = answer.recorded.position;
  if (event && 'payment_id' in event) problem.payment_id = event.payment_id;
  if (event && 'policy' in event) problem.policy_version = event.policy;
  if (problem.status === 503) return problemReply(problem, { 'retry-after': '1' });
  return problemReply(problem, problem.status === 401 ? { 'www-authenticate': 'Bearer' } : undefined);
}

/** How long to wait before the same request again, in whole seconds. */
export function retryAfter(milliseconds = 0): { 'retry-after': string } {
  return { 'retry-after': String(Math.max(1, Math.ceil(milliseconds / 1000))) };
}

/** The recorded event, or the refusal thrown as the reply that it is. */
export function recordedOf(answer: OwnerAnswer): Recorded {
  return expectKind(answer, 'recorded');
}

/** An answer of the kind that was asked for. Anything else that is no refusal is a fault of ours: fail closed. */
export function expectKind<Kind extends OwnerAnswer['kind']>(
  answer: OwnerAnswer,
  kind: Kind,
): Extract<OwnerAnswer, { kind: Kind }> {
  if (answer.kind === kind) return answer as Extract<OwnerAnswer, { kind: Kind }>;
  if (answer.kind === 'refused' || answer.kind === 'unavailable') throw new Refused(refusalReply(answer));
  throw new Error(`The owner answered ${answer.kind} where ${kind} was asked for`);
}
