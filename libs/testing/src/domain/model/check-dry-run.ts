import { isDeepStrictEqual } from 'node:util';
import {
  explain,
  DEFAULT_DECIDE_SETTINGS,
  type AuthorizePayment,
  type BookState,
  type Decision,
  type Explanation,
  type Facts,
} from '#domain';

/** A dry run says what is then decided, and its first rule that does not pass is the one that binds. Answers what it said. */
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
  return answer.explanation;
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
  const binding = explanation.rules.find((rule) => !rule.passes);
  if (event.type === 'payment.declined') {
    same('what it would be', explanation.would, 'declined');
    same('why', explanation.decline, event.decline);
    same('the rule that binds', { ...binding, ...event.decline }, binding);
    return;
  }
  const passed = event.type === 'payment.transferred' ? 'captured' : 'authorized';
  const waits = event.type === 'payment.pending_approval';
  same('what it would be', explanation.would, waits ? 'pending_approval' : passed);
  same('rules that do not pass', binding, undefined);
}

function same(what: string, one: unknown, other: unknown): void {
  if (isDeepStrictEqual(one, other)) return;
  throw new Error(`dry run: ${what} is ${JSON.stringify(one)}, decided ${JSON.stringify(other)}`);
}
