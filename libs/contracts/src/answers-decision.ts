import type { ExplainedRule, Explanation, PastExplanation } from '#domain';
import { decimalOf } from './answers-money.js';
import { partyAnswer, renderPaymentAnswer, type PaymentAnswer } from './answers-payment.js';
import { declineFields, figureFields, figureText } from './errors-problem.js';
import type { DecisionWithoutRules } from './wire-decision.js';

/** The answer to a dry run. Money as decimal strings, as in the answer to the payment itself. */
export function renderDecision(explanation: Explanation) {
  return {
    ...decisionHead(explanation),
    rules: explanation.rules.map(renderRule),
    as_of: new Date(explanation.time).toISOString(),
  };
}

/** What stands before the rules. */
export function decisionHead({ would, decline, bound, payment, policy_version }: DecisionWithoutRules) {
  return {
    would,
    amount: payment ? decimalOf(BigInt(payment.amount), payment.asset) : null,
    currency: payment?.asset ?? null,
    payer: payment
      ? { agent_id: payment.newcomer ? null : payment.payer.agent_id, handle: payment.payer.handle }
      : null,
    payee: payment ? partyAnswer(payment.payee) : null,
    wallet_id: payment?.payer.wallet_id ?? null,
    session_id: payment?.session_id ?? null,
    labels: payment?.labels ?? null,
    decline: decline ? declineFields(decline) : null,
    replays: bound ? replayed(bound) : null,
    policy_version: policy_version ?? null,
  };
}

/** A decision of the past, explained as of then. */
export function renderPastDecision(explanation: PastExplanation, payment_id: string, position: string) {
  return {
    payment_id,
    ...renderDecision(explanation),
    decided_at: new Date(explanation.time).toISOString(),
    position,
    reproduced: explanation.reproduced,
  };
}

function replayed({ event, position }: NonNullable<Explanation['bound']>): PaymentAnswer {
  return renderPaymentAnswer(event, position);
}

function renderRule(rule: ExplainedRule) {
  const figures = figureFields(rule);
  return {
    scope: rule.scope,
    rule: rule.rule ?? null,
    effect: rule.effect,
    passes: rule.passes,
    code: rule.code ?? null,
    ...figures,
    remaining_after:
      rule.remaining_after === undefined ? undefined : figureText(rule.remaining_after, figures.currency),
  };
}

export type DecisionAnswer = ReturnType<typeof renderDecision>;
export type PastDecisionAnswer = ReturnType<typeof renderPastDecision>;
