import { usageChange, type AgentUsageQuestion } from '../facts.js';
import { limitId, type LimitDefinition, type LimitStart } from '../limits.js';
import type { Agent } from '../state.js';
import { isWindowed, NO_TOTALS, sumOf, windowAt, type Totals } from '../usage.js';
import { isSelfOrDescendant } from './authority.js';
import { NeedsFactsSignal, type DecideContext } from './context.js';

/**
 * A window added to a live agent starts from what was spent in it, never from zero (D5, E5). Asks for all the figures that
 * only the log knows at once.
 */
export function startsOf(context: DecideContext, agent: Agent, limits: readonly LimitDefinition[]): LimitStart[] {
  const added = limits
    .filter((definition) => isWindowed(definition) && !agent.limits.some(({ id }) => id === limitId(definition)))
    .map((definition) => ({ definition, ...windowSoFar(definition, context.now) }));
  const figures = added.map(({ definition, start }) => {
    const question = { agent_id: agent.id, asset: definition.asset, since: start };
    return figureInMemory(agent, question) ?? figureByTheLog(context, question) ?? question;
  });
  const missing = figures.filter((figure) => 'since' in figure);
  if (missing.length > 0) throw new NeedsFactsSignal({ usages: missing });
  return added.map(({ definition, start, end }, index) => {
    const { spent, held, count } = figures[index] as Totals;
    return { limit: limitId(definition), start, end, spent: spent.toString(), held: held.toString(), count };
  });
}

/** Where the window reaches back to the agent's beginning, or it has spent nothing yet, its totals tell. */
function figureInMemory(agent: Agent, { asset, since }: AgentUsageQuestion): Totals | undefined {
  const totals = agent.totals[asset] ?? NO_TOTALS;
  const nothing = totals.spent === 0n && totals.held === 0n && totals.count === 0;
  return nothing || agent.registered_at >= since ? totals : undefined;
}

/** By the log, and by what this cycle has decided and not yet written; both with what the agent's descendants spend. */
function figureByTheLog({ state, facts }: DecideContext, question: AgentUsageQuestion): Totals | undefined {
  const { agent_id, asset, since } = question;
  const figure = facts.agentUsage(agent_id, asset, since);
  if (figure === undefined) return undefined;
  return facts
    .decidedPayments()
    .filter((event) => event.asset === asset && event.authorized_at >= since)
    .filter((event) => isSelfOrDescendant(state, event.payer.agent_id, agent_id))
    .reduce((totals, event) => sumOf(totals, usageChange(event)), figure);
}

/**
 * Where a new limit's figure begins. A rolling one starts from all that lies in its window, as one bucket that ends with
 * the present one: it leaves later than its parts would, never earlier.
 */
function windowSoFar(definition: LimitDefinition, now: number): { start: number; end: number } {
  const { start, end } = windowAt(definition, now);
  if (typeof definition.per !== 'object') return { start, end };
  return { start: start - definition.per.rolling_seconds * 1000, end };
}
