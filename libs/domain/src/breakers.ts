import type { LimitDefinition } from './limits.js';
import type { Payee } from './parties.js';
import { copyLimit, type LimitState } from './usage.js';

/** When an agent is frozen by the book itself, as a runaway. Whatever is absent is off. */
export interface Breakers {
  /** So many payments of the agent refused by rule, one after the other. */
  declines_in_a_row?: number;
  /** So many of its holds voided or expired with nothing captured, one after the other. */
  failures_in_a_row?: number;
  /** Sums or numbers of payments in a window: the payment that would pass one freezes, where a limit would only refuse. */
  limits?: readonly LimitDefinition[];
  /** A payment to any other service or agent (by id) freezes; absent lists expect everything of their kind. */
  expected?: { services?: readonly string[]; payees?: readonly string[] };
}

/** An agent's breakers with what they have counted. Belongs to the agent, and is changed in place with it. */
export interface BreakerState {
  settings: Breakers;
  declines: number;
  failures: number;
  limits: LimitState[];
}

export function copyBreakers(breakers: BreakerState): BreakerState {
  return { ...breakers, limits: breakers.limits.map(copyLimit) };
}

/** The scope under which events name the windows of an agent's breakers, beside those of its limits. */
export function breakerScope(agentId: string): string {
  return `${agentId}:breaker`;
}

export function isExpected({ expected }: Breakers, payee: Payee): boolean {
  if ('service' in payee) return expected?.services?.includes(payee.service) ?? true;
  // An agent of another org has no id here, and so is on no list of those that are expected.
  return expected?.payees?.includes('agent_id' in payee ? payee.agent_id : '') ?? true;
}
