import { breakerScope, type Breakers } from '../breakers.js';
import type { OpenedWindow, PaymentEvent } from '../events/index.js';
import { principalOf } from '../principal.js';
import type { Agent, BookState } from '../state/index.js';
import { limitState, type Totals } from '../usage.js';
import { charge, openWindows } from './charges.js';

/** Absent leaves the breakers as they are, null takes them away; new ones begin at nothing. */
export function setBreakers(agent: Agent, settings: Breakers | null | undefined): void {
  if (settings === null) delete agent.breakers;
  if (!settings) return;
  const limits = (settings.limits ?? []).map((definition) => {
    const added = limitState(definition, 'itself');
    return agent.breakers?.limits.find((one) => one.id === added.id && one.maximum === added.maximum) ?? added;
  });
  const { declines = 0, failures = 0 } = agent.breakers ?? {};
  agent.breakers = { settings, declines, failures, limits };
}

/** Whoever lifts a freeze starts the rows anew; what was spent in a window stays spent. */
export function resetBreakers(agent: Agent): void {
  if (!agent.breakers) return;
  agent.breakers.declines = 0;
  agent.breakers.failures = 0;
}

/** Counts a payment's event in the breakers of its payer, for a scoped agent in those of its agent. Most agents have none, and nothing is copied for them. */
export function countInBreakers(
  state: BookState,
  event: PaymentEvent,
  change: Totals,
  windows: readonly OpenedWindow[],
): void {
  const payer = state.agents.get(event.payer.agent_id);
  const principal = payer && principalOf(state, payer);
  if (!principal?.breakers) return;
  const agent_id = principal.id;
  const breakers = state.agents.edit(agent_id)!.breakers!;
  countRows(breakers, event);
  if (breakers.limits.length === 0) return;
  openWindows(breakers.limits, breakerScope(agent_id), windows, event.time);
  charge(breakers.limits, event, change);
}

function countRows(breakers: { declines: number; failures: number }, event: PaymentEvent): void {
  switch (event.type) {
    case 'payment.declined':
      breakers.declines += 1;
      return;
    case 'payment.authorized':
    case 'payment.pending_approval':
      breakers.declines = 0;
      return;
    case 'payment.transferred':
      breakers.declines = 0;
      breakers.failures = 0;
      return;
    case 'payment.captured':
      if (event.captured_total !== '0') breakers.failures = 0;
      return;
    case 'payment.expired':
      if (event.captured_total === undefined) breakers.failures += 1;
      return;
    case 'payment.voided':
      if (event.captured_total === undefined && event.reason === 'requested' && !event.was_pending)
        breakers.failures += 1;
      return;
    default:
  }
}
