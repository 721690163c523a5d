import { isDeepStrictEqual } from 'node:util';
import {
  BookOverlay,
  DEFAULT_DECIDE_SETTINGS,
  evolve,
  explain,
  type AuthorizePayment,
  type BookEvent,
  type BookState,
  type Decision,
  type ExplainedRule,
  type Explanation,
  type Facts,
} from '#domain';

/**
 * A dry run says what is then decided: the first refusing rule that does not pass is the one that binds, or else the first
 * threshold, unless a grant covers; and once it is paid, of every rule is left what was told. Answers what it said.
 */
export function checkDryRun(
  state: BookState,
  facts: Facts,
  command: AuthorizePayment,
  clock: number,
  decided: Decision,
): Explanation | undefined {
  const answer = explain(state, facts, command, clock, DEFAULT_DECIDE_SETTINGS);
  if (answer.kind === 'refuse') {
    same('the refusal', decided, { kind: 'refuse', refusal: answer.refusal });
    return undefined;
  }
  if (answer.kind === 'needs') throw new Error('a dry run needs what the decision did not');
  checkExplanation(answer.explanation, decided);
  if (decided.kind === 'record' && !answer.explanation.decline)
    checkRest(state, facts, command, clock, decided, answer.explanation);
  return answer.explanation;
}

/** Pays and asks again. */
function checkRest(
  state: BookState,
  facts: Facts,
  command: AuthorizePayment,
  clock: number,
  decided: Extract<Decision, { kind: 'record' }>,
  told: Explanation,
): void {
  const after = new BookOverlay(state);
  for (const event of decided.events) evolve(after, event);
  const { key: _key, fingerprint: _fingerprint, ...again } = command;
  const then = explain(after, facts, again, clock, DEFAULT_DECIDE_SETTINGS);
  if (then.kind !== 'explained') throw new Error('what was just paid cannot be asked again');
  checkRemaining(told.rules, then.explanation.rules);
}

function checkExplanation(explanation: Explanation, decided: Decision): void {
  if (decided.kind === 'refuse') {
    same('the conflict', explanation, { ...explanation, would: 'conflict', decline: decided.refusal });
    return;
  }
  if (decided.kind === 'replay') return same('the replay', explanation.bound, decided.bound);
  if (decided.kind !== 'record') throw new Error('nothing was decided');
  const event = decided.events[decided.primary]!;
  const policy = 'policy' in event ? event.policy : undefined;
  same('the version', explanation.policy_version, explanation.payment?.newcomer ? undefined : policy);
  const refuses = explanation.rules.find(({ effect, passes }) => effect === 'refuses' && !passes);
  if (event.type === 'payment.declined') {
    same('what it would be', explanation.would, 'declined');
    same('why', explanation.decline, event.decline);
    same('the rule that binds', { ...refuses, ...event.decline }, refuses);
    return;
  }
  same('rules that refuse', refuses, undefined);
  checkWaiting(explanation, event);
}

/** Nothing refuses: the thresholds and grants told are those by which it waits or passes. */
function checkWaiting({ would, rules }: Explanation, event: BookEvent): void {
  const above = rules.find(({ effect, passes }) => effect === 'waits' && !passes);
  const grant = rules.find(({ effect, passes }) => effect === 'covers' && passes);
  if (event.type === 'payment.pending_approval') {
    same('what it would be', would, 'pending_approval');
    same('why it waits', above && { scope: above.scope, amount: above.limit }, event.above);
    same('a grant that covers it', grant, undefined);
    return;
  }
  if (event.type !== 'payment.transferred' && event.type !== 'payment.authorized')
    throw new Error(`a payment was decided as ${event.type}`);
  same('what it would be', would, event.type === 'payment.transferred' ? 'captured' : 'authorized');
  same('the grant', above && grant?.scope.id, event.grant_id);
}

/** A limit per payment counts nothing, and funds come back to the wallet that paid where a session pays out of the payee's. */
function checkRemaining(told: readonly ExplainedRule[], then: readonly ExplainedRule[]): void {
  for (const { scope, rule, code, remaining_after } of told) {
    if (remaining_after === undefined || rule === 'funds' || rule?.includes(':payment:')) continue;
    const after = then.find((one) => one.rule === rule && one.scope.id === scope.id && one.code === code);
    if (!after) continue;
    same(`what is left of ${rule} of ${scope.id}`, remaining_after, after.remaining);
  }
}

function same(what: string, one: unknown, other: unknown): void {
  if (isDeepStrictEqual(one, other)) return;
  throw new Error(`dry run: ${what} is ${JSON.stringify(one)}, decided ${JSON.stringify(other)}`);
}
