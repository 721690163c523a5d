import type { DecisionAnswer, PastDecisionAnswer } from '#client';
import { fields, table } from './table.js';

/** What a payment would be answered, and below it every rule: the first that refuses binds. */
export function decisionText(decision: DecisionAnswer): string {
  return withRules(fields([['would be', decision.would], ...about(decision)]), decision);
}

/** What was decided, and every rule as of then. */
export function pastDecisionText(decision: PastDecisionAnswer): string {
  const lines = fields([
    ['payment', decision.payment_id],
    ['was', decision.would],
    ...about(decision),
    ['decided at', decision.decided_at],
    ['position', decision.position],
  ]);
  const note = 'An older version of Bursar decided this; the rules are told as this one would ask them.';
  return withRules(decision.reproduced ? lines : `${lines}\n\n${note}`, decision);
}

function about(decision: DecisionAnswer): [string, string | null | undefined][] {
  const { payer, payee, decline } = decision;
  return [
    ['amount', decision.amount && `${decision.amount} ${decision.currency}`],
    ['payer', payer?.handle],
    ['payee', payee && ('service' in payee ? `service ${payee.service}` : payee.handle)],
    ['because', decline?.code],
    ['action', decline?.action],
    ['before', decision.replays && `${decision.replays.payment_id} ${decision.replays.status}`],
    ['version', decision.policy_version?.toString()],
  ];
}

function withRules(lines: string, decision: DecisionAnswer): string {
  if (decision.rules.length === 0) return lines;
  const rules = table(
    ['says', 'scope', 'rule', 'limit', 'spent', 'held', 'requested', 'remaining', 'after'],
    decision.rules.map((rule) => [
      saidBy(rule),
      `${rule.scope.kind} ${rule.scope.id}`,
      rule.rule,
      rule.limit,
      rule.spent,
      rule.held,
      rule.requested,
      rule.remaining,
      rule.remaining_after,
    ]),
  );
  return `${lines}\n\n${rules}`;
}

/** A threshold makes wait and a grant covers, where a limit refuses. */
function saidBy({ effect, passes }: DecisionAnswer['rules'][number]): string {
  if (effect === 'covers') return passes ? 'covers' : 'does not cover';
  return passes ? 'passes' : effect;
}
