import type { DecisionAnswer } from '#client';
import { fields, table } from './table.js';

/** What a payment would be answered, and below it every rule: the first that does not pass binds. */
export function decisionText(decision: DecisionAnswer): string {
  const { payer, payee, decline } = decision;
  const lines = fields([
    ['would be', decision.would],
    ['amount', decision.amount && `${decision.amount} ${decision.currency}`],
    ['payer', payer?.handle],
    ['payee', payee && ('service' in payee ? `service ${payee.service}` : payee.handle)],
    ['because', decline?.code],
    ['action', decline?.action],
    ['before', decision.replays && `${decision.replays.payment_id} ${decision.replays.status}`],
  ]);
  if (decision.rules.length === 0) return lines;
  const rules = table(
    ['passes', 'scope', 'rule', 'limit', 'spent', 'held', 'requested', 'remaining', 'after'],
    decision.rules.map((rule) => [
      rule.passes ? 'yes' : 'no',
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
