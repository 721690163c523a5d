import { usageChange } from '../facts.js';
import { countedIn, isPair, limitId, type LimitDefinition, type LimitKeeper, type LimitStart } from '../limits.js';
import type { Agent } from '../state/index.js';
import { isAskedAbout, type UsageQuestion } from '../usage-question.js';
import { NO_TOTALS, rollingGranularity, sumOf, windowAt, type LimitState, type Totals } from '../usage.js';
import { NeedsFactsSignal, type DecideContext } from './context.js';

/** Who gets new limits: an agent, a session or the org, with the limits that it has. */
export interface LimitedScope {
  kind: LimitKeeper;
  id: string;
  limits: readonly LimitState[];
  /** Where it is an agent: its sums tell what the log would. */
  agent?: Agent;
}

/**
 * A window added to a live scope starts from what was spent in it, never from zero (D5, E5). Asks for all the figures that
 * only the log knows at once.
 */
export function startsOf(
  context: DecideContext,
  scope: LimitedScope,
  limits: readonly LimitDefinition[],
): LimitStart[] {
  const added = limits
    .filter((definition) => countedIn(definition, scope.kind) === 'usages')
    .filter((definition) => !scope.limits.some(({ id }) => id === limitId(definition)))
    .map((definition) => ({ definition, ...windowSoFar(definition, context.now) }));
  const figures = added.map(({ definition, start }) => {
    const question = questionOf(scope, definition, start);
    return figureInMemory(scope, question) ?? figureByTheLog(context, question) ?? question;
  });
  const missing = figures.filter((figure) => 'since' in figure);
  if (missing.length > 0) throw new NeedsFactsSignal({ usages: missing });
  return added.map(({ definition, start, end }, index) => {
    const { spent, held, count } = figures[index] as Totals;
    return { limit: limitId(definition), start, end, spent: spent.toString(), held: held.toString(), count };
  });
}

function questionOf({ kind, id }: LimitedScope, definition: LimitDefinition, since: number): UsageQuestion {
  const { asset, service, payee } = definition;
  return {
    scope: { kind, id },
    asset,
    since,
    ...(isRolling(definition) ? { step_ms: rollingGranularity(definition.per.rolling_seconds) * 1000 } : {}),
    ...(service === undefined ? {} : { service }),
    ...(payee === undefined ? {} : { payee }),
  };
}

/** Where the window reaches back to the agent's beginning, or it has spent nothing yet, its totals tell. */
function figureInMemory({ agent }: LimitedScope, question: UsageQuestion): Totals | undefined {
  if (!agent) return undefined;
  const totals = agent.totals[question.asset] ?? NO_TOTALS;
  const nothing = totals.spent === 0n && totals.held === 0n && totals.count === 0;
  return nothing || (agent.registered_at >= question.since && !isPair(question)) ? totals : undefined;
}

/** By the log, and by what this cycle has decided and not yet written. */
function figureByTheLog({ state, facts }: DecideContext, question: UsageQuestion): Totals | undefined {
  const figure = facts.usage(question);
  if (figure === undefined) return undefined;
  return facts
    .decidedPayments()
    .filter((event) => isAskedAbout(state, question, event))
    .reduce((totals, event) => sumOf(totals, usageChange(event)), figure);
}

/**
 * Where a new limit's figure begins. A rolling one starts from all that lies in its window, as one bucket that ends with
 * the present one: it leaves later than its parts would, never earlier.
 */
function windowSoFar(definition: LimitDefinition, now: number): { start: number; end: number } {
  const { start, end } = windowAt(definition, now);
  return isRolling(definition) ? { start: start - definition.per.rolling_seconds * 1000, end } : { start, end };
}

function isRolling(definition: LimitDefinition): definition is LimitDefinition & { per: { rolling_seconds: number } } {
  return definition.of !== 'held' && typeof definition.per === 'object';
}
