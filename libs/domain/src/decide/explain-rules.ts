import { isExpected } from '../breakers.js';
import type { RefusalCode } from '../declines.js';
import { parentOf } from '../evolve/sessions.js';
import { refusedByLists, type SpendLists } from '../lists.js';
import type { Agent, BookState, Session } from '../state/index.js';
import type { LimitState, TotalsByAsset } from '../usage.js';
import type { Actor } from './authority.js';
import type { PreparedPayment } from './prepare-payment.js';
import { checkSessionAccess } from './authorize.js';
import type { DecideSettings } from './context.js';
import { waitingRules } from './explain-waiting.js';
import { withFigures, withoutFigures, type ExplainedRule } from './explained-rule.js';
import {
  checkOpen,
  checkProtocol,
  checkStatus,
  declineOf,
  fitsBudget,
  hasFunds,
  limitFigures,
  overBudget,
  withoutFunds,
  type Asked,
  type Scope,
} from './rules.js';

/**
 * Every rule that a payment meets, in the order in which deciding asks them, each by the very function that decides: the
 * first of those that refuse which does not pass is the one that binds, or else the first that waits, where no grant covers.
 */
export function rulesOf(
  state: BookState,
  actor: Actor,
  payment: PreparedPayment,
  settings: DecideSettings,
): ExplainedRule[] {
  const waiting = waitingRules(state, payment, settings);
  return [
    ...accessRule(actor, payment),
    ...rulesOfScopes(state, payment, payment.asked),
    ...breakerRules(payment.principal, payment.asked),
    ...waiting.rules,
    // What waits is held meanwhile, also where it asked not to be.
    ...(waiting.waits && !payment.asked.holds ? heldRules(state, payment) : []),
  ];
}

/** The rules of `bindingRule`. */
function rulesOfScopes(
  state: BookState,
  { organization, principal, chain, session, wallet }: PreparedPayment,
  asked: Asked,
): ExplainedRule[] {
  const scope: Scope = { kind: 'organization', id: organization.id };
  return [
    ...chain.flatMap((agent, index) => agentRules(agent, index === 0 ? 'agent' : 'parent_agent', asked)),
    ...listRules(organization.lists, scope, asked),
    ...limitRules(organization.limits, organization.totals, scope, asked),
    ...(principal.origin === 'first_use'
      ? limitRules(organization.first_use_limits, {}, scope, asked, 'first_use_limit_exceeded')
      : []),
    ...sessionRules(state, session, asked),
    withFigures(withoutFunds(wallet, asked.amount), hasFunds(wallet, asked.amount), 'funds'),
  ];
}

function heldRules(state: BookState, payment: PreparedPayment): ExplainedRule[] {
  const rules = rulesOfScopes(state, payment, { ...payment.asked, holds: true });
  return rules.filter((rule) => rule.code === 'held_limit_exceeded');
}

function accessRule(actor: Actor, { session, payer }: PreparedPayment): ExplainedRule[] {
  if (!session || actor.kind !== 'agent') return [];
  const scope: Scope = { kind: 'session', id: session.id };
  return [withoutFigures(checkSessionAccess(actor, session, payer), scope, 'access', 'session_not_open_to_agent')];
}

function agentRules(agent: Agent, kind: 'agent' | 'parent_agent', asked: Asked): ExplainedRule[] {
  const scope: Scope = { kind, id: agent.id };
  const protocol = checkProtocol(agent, scope, asked);
  return [
    withoutFigures(checkStatus(agent, scope), scope, 'status'),
    ...(agent.protocols ? [withoutFigures(protocol, scope, `protocol:${asked.protocol}`, 'protocol_not_allowed')] : []),
    ...listRules(agent.lists, scope, asked),
    ...limitRules(agent.limits, agent.totals, scope, asked),
  ];
}

/** Deny, allow and hours each by itself, in the order in which all of them together are asked. */
function listRules(lists: SpendLists | undefined, scope: Scope, asked: Asked): ExplainedRule[] {
  return (['deny', 'allow', 'hours'] as const)
    .filter((name) => lists?.[name] !== undefined)
    .map((name) => {
      const refusal = refusedByLists({ [name]: lists![name] }, asked, asked.now);
      return withoutFigures(refusal && { ...refusal, scope }, scope, name);
    });
}

function limitRules(
  limits: readonly LimitState[],
  totals: TotalsByAsset,
  scope: Scope,
  asked: Asked,
  code?: RefusalCode,
): ExplainedRule[] {
  return limits.flatMap((limit) => {
    const figures = limitFigures(limit, totals, asked);
    if (!figures) return [];
    const rule = withFigures(declineOf(limit, figures, scope), figures.passes);
    if (code) rule.code = code;
    return [rule];
  });
}

/** Above a reserved session no budget is asked: it was carved out of those. */
function sessionRules(state: BookState, leaf: Session | undefined, asked: Asked): ExplainedRule[] {
  const rules: ExplainedRule[] = [];
  let reserved = false;
  for (let session = leaf; session; session = parentOf(state, session)) {
    const scope: Scope = { kind: 'session', id: session.id };
    rules.push(withoutFigures(checkOpen(session, asked.now), scope, 'open'));
    if (!reserved)
      rules.push(withFigures(overBudget(session, asked.amount), fitsBudget(session, asked.amount), 'budget'));
    if (session.mode === 'reserved') reserved = true;
    rules.push(...listRules(session.lists, scope, asked), ...limitRules(session.limits ?? [], {}, scope, asked));
  }
  return rules;
}

/** What would freeze the agent as a runaway, asked once all else lets the payment pass. */
function breakerRules({ id, breakers }: Agent, asked: Asked): ExplainedRule[] {
  if (!breakers) return [];
  const scope: Scope = { kind: 'agent', id };
  const what = 'service' in asked.payee ? 'unexpected_service' : 'unexpected_payee';
  const unexpected: ExplainedRule = {
    scope,
    rule: `breaker:${what}`,
    code: 'breaker_tripped',
    effect: 'refuses',
    passes: isExpected(breakers.settings, asked.payee),
  };
  const limits = limitRules(breakers.limits, {}, scope, asked, 'breaker_tripped');
  return [
    ...(breakers.settings.expected ? [unexpected] : []),
    ...limits.map((rule) => Object.assign(rule, { rule: `breaker:${rule.rule}` })),
  ];
}
