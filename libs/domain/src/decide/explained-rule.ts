import type { Decline, RefusalCode } from '../declines.js';
import type { Scope } from './rules.js';

/**
 * What a rule is for. `refuses`: where it does not pass, the payment is refused. `waits`: where it does not pass, the payment
 * waits for an approval, unless a grant covers it. `covers`: a grant; where it passes it covers the payment, and where it does
 * not, nothing is refused for that.
 */
export type RuleEffect = 'refuses' | 'waits' | 'covers';

/** One rule as it stands to a payment. Figures are as in a refusal; a rule without any only passes or does not. */
export interface ExplainedRule extends Omit<Decline, 'code'> {
  /** What it refuses with; absent where it refuses nothing, or where that depends on the payment and it passes. */
  code?: RefusalCode;
  effect: RuleEffect;
  passes: boolean;
  /** What would be left of it after the payment, where it passes. */
  remaining_after?: string;
}

/** Literals begin with a property of their own, as in `header`: spreading into an empty one takes many times as long. */
export function withoutFigures(
  refused: Decline | undefined,
  scope: Scope,
  rule: string,
  code?: RefusalCode,
): ExplainedRule {
  if (refused) return { effect: 'refuses', passes: false, rule, ...refused };
  if (code === undefined) return { effect: 'refuses', passes: true, scope, rule };
  return { effect: 'refuses', passes: true, scope, rule, code };
}

/** Where the decline does not name its rule, `rule` does. */
export function withFigures(decline: Decline, passes: boolean, rule?: string): ExplainedRule {
  const named: ExplainedRule = { effect: 'refuses', passes, ...decline };
  if (rule !== undefined) named.rule ??= rule;
  if (passes) named.remaining_after = leftAfter(decline);
  return named;
}

/** What is left of a rule once the payment counts in it. */
export function leftAfter({ remaining, requested }: Pick<Decline, 'remaining' | 'requested'>): string {
  return (BigInt(remaining ?? 0) - BigInt(requested ?? 0)).toString();
}
