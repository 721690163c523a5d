import { breakerScope, isExpected, type Breakers } from '../breakers.js';
import type { Decline } from '../declines.js';
import type { OpenedWindow } from '../events/index.js';
import { requireAgent } from './authority.js';
import { refuse } from './context.js';
import { openedWindowsOf, declineOf, limitFigures, type Asked } from './rules.js';
import type { Agent, BookState } from '../state/index.js';

/** The breaker that this payment would trip, as the refusal that it then meets. */
export function trippedByPayment(agent: Agent, asked: Asked): Decline | undefined {
  const { breakers } = agent;
  if (!breakers) return undefined;
  const scope = { kind: 'agent', id: agent.id } as const;
  if (!isExpected(breakers.settings, asked.payee)) {
    const what = 'service' in asked.payee ? 'unexpected_service' : 'unexpected_payee';
    return { code: 'breaker_tripped', scope, rule: `breaker:${what}` };
  }
  for (const limit of breakers.limits) {
    const figures = limitFigures(limit, {}, asked);
    if (!figures || figures.passes) continue;
    return { ...declineOf(limit, figures, scope), code: 'breaker_tripped', rule: `breaker:${limit.id}` };
  }
  return undefined;
}

/** The breaker that one more refusal trips. */
export function trippedByDecline({ breakers }: Agent): string | undefined {
  const most = breakers?.settings.declines_in_a_row;
  return most !== undefined && breakers!.declines + 1 >= most ? 'breaker:declines_in_a_row' : undefined;
}

/** The breaker that one more hold which came to nothing trips. */
export function trippedByFailure({ breakers }: Agent): string | undefined {
  const most = breakers?.settings.failures_in_a_row;
  return most !== undefined && breakers!.failures + 1 >= most ? 'breaker:failures_in_a_row' : undefined;
}

/** The windows of the payer's breakers in which the payment will count. */
export function breakerWindows(agent: Agent, asked: Asked): OpenedWindow[] {
  return agent.breakers ? openedWindowsOf(breakerScope(agent.id), agent.breakers.limits, asked) : [];
}

/** Breakers as events keep them: payees by their ids, and limits that count in windows of time. */
export function breakersOf(state: BookState, breakers: Breakers): Breakers {
  const { limits, expected } = breakers;
  for (const { of, per } of limits ?? [])
    if (of === 'held' || per === 'payment' || per === 'lifetime') refuse('limits_conflict', 'request', 'breakers');
  if (!expected?.payees) return breakers;
  const payees = expected.payees.map((one) => requireAgent(state, one).id);
  return { ...breakers, expected: { ...expected, payees } };
}
