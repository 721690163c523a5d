import type { ExplainedRule, Explanation } from '#domain';

/**
 * A dry run's answer between owner and gateway. Its rules are rows without names: ten limits make four kilobytes of names, which
 * the owner would write and the gateway read for every answer.
 */
export interface DecisionOnWire extends DecisionWithoutRules {
  /** Not `rules`: who knows those by name finds none, and fails rather than reads rows wrongly. */
  rows: readonly RuleRow[];
}

export type DecisionWithoutRules = Omit<Explanation, 'rules'>;

/** One rule: what it is, then its figures as units. What a rule does not have is null. */
export type RuleRow = readonly [
  scope_kind: string,
  scope_id: string,
  rule: string | null,
  effect: ExplainedRule['effect'],
  passes: boolean,
  code: string | null,
  asset: string | null,
  limit: string | null,
  spent: string | null,
  held: string | null,
  requested: string | null,
  remaining: string | null,
  resets_at: number | null,
  remaining_after: string | null,
];

export function encodeDecision({ rules, ...decision }: Explanation): DecisionOnWire {
  return { ...decision, rows: rules.map(rowOf) };
}

function rowOf(rule: ExplainedRule): RuleRow {
  return [
    rule.scope.kind,
    rule.scope.id,
    rule.rule ?? null,
    rule.effect,
    rule.passes,
    rule.code ?? null,
    rule.asset ?? null,
    rule.limit ?? null,
    rule.spent ?? null,
    rule.held ?? null,
    rule.requested ?? null,
    rule.remaining ?? null,
    rule.resets_at ?? null,
    rule.remaining_after ?? null,
  ];
}
