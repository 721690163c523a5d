import type { LimitChanges } from '../commands/index.js';
import { changedLimits, limitId, type LimitDefinition } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { BookState } from '../state/index.js';
import type { LimitState } from '../usage.js';
import { requireAgent } from './authority.js';
import { refuse } from './context.js';

/** The whole list as the command leaves it; undefined where it changes no limit. */
export function limitsAfter(
  state: BookState,
  before: readonly LimitState[],
  command: LimitChanges,
): readonly LimitDefinition[] | undefined {
  const { limits, lift_limits: lifted, set_limits: set } = command;
  const given = limits && limitsOf(state, limits);
  if (!lifted && !set) return given;
  const kept = given ?? before.map((limit) => limit.definition);
  return changedLimits(kept, lifted && limitsOf(state, lifted), set && limitsOf(state, set));
}

/** Limits as events keep them: each once, and a pair's payee by its id. */
export function limitsOf<Limit extends Pick<LimitDefinition, 'payee'>>(
  state: BookState,
  limits: readonly Limit[],
): readonly Limit[] {
  const resolved = limits.map((limit) =>
    limit.payee === undefined ? limit : { ...limit, payee: requireAgent(state, limit.payee).id },
  );
  requireDistinct(resolved);
  return resolved;
}

/** Lists as events keep them: payees by their ids, so that a handle that changes hands opens no door. */
export function listsOf(state: BookState, lists: SpendLists): SpendLists {
  const resolved = (entries: NonNullable<SpendLists['allow']>): SpendLists['allow'] =>
    entries.payees ? { ...entries, payees: entries.payees.map((one) => requireAgent(state, one).id) } : entries;
  return {
    ...lists,
    ...(lists.allow ? { allow: resolved(lists.allow) } : {}),
    ...(lists.deny ? { deny: resolved(lists.deny) } : {}),
  };
}

function requireDistinct(limits: readonly object[]): void {
  const names = limits.filter((limit): limit is LimitDefinition => 'maximum' in limit).map(limitId);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse('limits_conflict', 'request', twice);
}
