import { isExpected } from '../breakers.js';
import type { Decline, RefusalCode } from '../declines.js';
import { parentOf } from '../evolve/sessions.js';
import { refusedByLists, type SpendLists } from '../lists.js';
import type { Agent, BookState, Session } from '../state.js';
import type { LimitState, TotalsByAsset } from '../usage.js';
import type { Actor } from './authority.js';
import { checkSessionAccess, type PreparedPayment } from './authorize.js';
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

/** One rule as it stands to a payment. Figures are as in a refusal; a rule without any only passes or does not. */
export interface ExplainedRule extends Omit<Decline, 'code'> {
  /** What it refuses with; absent where that depends on the payment and it passes. */
  code?: RefusalCode;
  passes: boolean;
  /** What would be left of it after the payment, where it passes. */
  remaining_after?: string;
}

/**
 * Every rule that a payment meets, in the order in which deciding asks them, each by the very function that decides: the
 * first that does not pass is the one that binds.
 */
export function rulesOf(state: BookState, actor: Actor, payment: PreparedPayment): ExplainedRule[] {
  const { organization, principal, chain, session, wallet, asked } = payment;
  const scope: Scope = { kind: 'organization', id: organization.id };
  return [
    ...accessRule(actor, payment),
    ...chain.flatMap((agent, index) => agentRules(agent, index === 0 ? 'agent' : 'parent_agent', asked)),
    ...listRules(organization.lists, scope, asked),
    ...limitRules(organization.limits, organization.totals, scope, asked),
    ...(principal.origin === 'first_use'
      ? limitRules(organization.first_use_limits, {}, scope, asked, 'first_use_limit_exceeded')
      : []),
    ...sessionRules(state, session, asked),
    withFigures(withoutFunds(wallet, asked.amount), hasFunds(wallet, asked.amount), 'funds'),
    ...breakerRules(principal, asked),
  ];
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
    const decline = declineOf(limit, figures, scope);
    return [withFigures(code ? { ...decline, code } : decline, figures.passes, limit.id)];
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
    passes: isExpected(breakers.settings, asked.payee),
  };
  const limits = limitRules(breakers.limits, {}, scope, asked, 'breaker_tripped');
  return [
    ...(breakers.settings.expected ? [unexpected] : []),
    ...limits.map((rule) => ({ ...rule, rule: `breaker:${rule.rule}` })),
  ];
}

function withoutFigures(refused: Decline | undefined, scope: Scope, rule: string, code?: RefusalCode): ExplainedRule {
  if (refused) return { rule, ...refused, passes: false };
  return { scope, rule, ...(code === undefined ? {} : { code }), passes: true };
}

function withFigures(decline: Decline, passes: boolean, rule: string): ExplainedRule {
  if (!passes) return { rule, ...decline, passes };
  const after = BigInt(decline.remaining ?? 0) - BigInt(decline.requested ?? 0);
  return { rule, ...decline, passes, remaining_after: after.toString() };
}
