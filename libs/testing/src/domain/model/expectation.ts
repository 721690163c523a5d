import type { Decision } from '#domain';
import { refusalOf } from '../book-scenario.js';
import type { Verdict } from './reference-rules.js';

/** What the reference expects of a decision: it passes, or this rule binds, recorded or not. */
export type Expectation = { passes: true } | { recorded: Verdict } | { refused: Verdict } | { replays: number };

/** What was decided is what the reference expects, to the figure where it names one. */
export function matches(decision: Decision, expected: Expectation): boolean {
  if ('replays' in expected) return decision.kind === 'replay' && decision.bound.event.sequence === expected.replays;
  const refusal = refusalOf(decision);
  if ('passes' in expected) return decision.kind === 'record' && refusal === undefined;
  const verdict = 'recorded' in expected ? expected.recorded : expected.refused;
  if (!refusal || decision.kind !== ('recorded' in expected ? 'record' : 'refuse')) return false;
  if (refusal.code !== verdict.code || refusal.scope.kind !== verdict.kind || refusal.scope.id !== verdict.id)
    return false;
  if (verdict.rule !== undefined && verdict.rule !== refusal.rule) return false;
  const isRolling = verdict.rule?.includes('rolling') ?? false;
  const figures: [string | number | undefined, bigint | number | undefined][] = [
    [refusal.limit, verdict.limit],
    ...(isRolling
      ? []
      : ([
          [refusal.spent, verdict.spent],
          [refusal.held, verdict.held],
        ] as [string | undefined, bigint | undefined][])),
    [refusal.resets_at, verdict.resets_at],
  ];
  return figures.every(([real, wanted]) => wanted === undefined || real?.toString() === wanted.toString());
}

/** Rolling windows are counted in granules: between the exact and the widest count the real book may decide either way. */
export function matchesLoosely(decision: Decision, exact: Expectation, widest: Expectation): boolean {
  if (matches(decision, widest)) return true;
  const rule = refusalOf(decision)?.rule ?? '';
  return 'passes' in exact && 'recorded' in widest && rule.includes('rolling');
}
