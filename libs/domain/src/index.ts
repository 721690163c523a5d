export * from './money.js';
export * from './approvals.js';
export * from './declines.js';
export * from './parties.js';
export * from './limits.js';
export * from './lists.js';
export * from './breakers.js';
export * from './payment-requests.js';
export * from './events/index.js';
export * from './commands/index.js';
export * from './accounts.js';
export * from './calendar.js';
export * from './usage.js';
export * from './state/index.js';
export * from './facts.js';
export * from './passing-map.js';
export * from './usage-question.js';
export * from './policy-change.js';
export * from './policy-scope.js';
export * from './policy-simulation.js';
export * from './told-to-payee.js';
export { evolve } from './evolve/index.js';
export { agentChain } from './evolve/charges.js';
export { principalOf } from './principal.js';
export { decide, authenticateQuery } from './decide/index.js';
export { explain, type Explained, type Explanation, type Would } from './decide/explain.js';
export { explainPast, isPaymentDecision, type PastExplanation, type PaymentDecision } from './decide/explain-past.js';
export type { ExplainedRule, RuleEffect } from './decide/explained-rule.js';
export { serviceStepKey } from './decide/service-steps.js';
export { isForeignPayee, redemptionKey, refuseRedemption, requireRedeemable } from './decide/redeem.js';
export { concerns } from './decide/payment-requests.js';
export { transferKey } from './decide/transfer-signed.js';
export { ADDRESSES_MAXIMUM } from './decide/addresses.js';
export { requiredFacts } from './decide/required-facts.js';
export {
  actorId,
  findAgent,
  isSelfOrDescendant,
  isWithinSession,
  requireAdministrator,
  requireAgent,
  requireAgentOrOrchestrator,
  type Actor,
} from './decide/authority.js';
export {
  DEFAULT_DECIDE_SETTINGS,
  NeedsFactsSignal,
  RefusedSignal,
  type Decision,
  type DecideSettings,
} from './decide/context.js';
