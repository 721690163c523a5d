import type { ApprovalThreshold } from '../approvals.js';
import type { Decline, ScopeKind } from '../declines.js';
import type { OpenedWindow, PaymentDetails, PaymentPendingApproval } from '../events.js';
import { parentOf } from '../evolve/sessions.js';
import type { Agent, BookState, Grant } from '../state.js';
import { usageAt } from '../usage.js';
import { bindingRule, type Scopes } from './binding-rule.js';
import type { DecideContext } from './context.js';
import { openedWindowsOf, type Asked } from './rules.js';

type Above = PaymentPendingApproval['above'];

/** What a payment that nothing is against still needs: none of these, or one. */
export interface ApprovalNeeded {
  /** It passes under this standing grant. */
  grant?: Grant;
  /** It waits for an approval, for this threshold. */
  above?: Above;
  /** It would have to wait, and may not. */
  refusal?: Decline;
  /** A threshold was passed, so that the grants there are were asked. */
  asked?: true;
}

/** Above a threshold a grant has to cover the payment, or it waits for an approval, and is held meanwhile. */
export function approvalFor(
  { state, settings }: DecideContext,
  scopes: Scopes,
  details: PaymentDetails,
  asked: Asked,
): ApprovalNeeded {
  const above = thresholdPassed(state, scopes, asked);
  if (!above) return {};
  const grant = coveringGrant(state, details, asked);
  if (grant) return { grant, asked: true };
  const refusal =
    checkPending(scopes.chain[0]!, settings.approvals_pending_maximum) ??
    (asked.holds ? undefined : bindingRule(state, scopes, { ...asked, holds: true }));
  return refusal ? { refusal, asked: true } : { above, asked: true };
}

/** The window of the grant that the payment opens, where it is not open already. */
export function grantWindows({ id, limit }: Grant, asked: Asked): OpenedWindow[] {
  return openedWindowsOf(id, [limit], asked);
}

/** The strictest threshold that the payment passes: of the payer and its parents, the session and its ancestors, the org. */
function thresholdPassed(state: BookState, scopes: Scopes, asked: Asked): Above | undefined {
  let strictest: { scope: Above['scope']; amount: bigint } | undefined;
  const look = (kind: ScopeKind, id: string, threshold: ApprovalThreshold | undefined): void => {
    if (!threshold) return;
    const amount = threshold.asset === asked.asset ? BigInt(threshold.amount) : 0n;
    if (asked.amount > amount && (!strictest || amount < strictest.amount)) strictest = { scope: { kind, id }, amount };
  };
  scopes.chain.forEach((agent, index) => look(index === 0 ? 'agent' : 'parent_agent', agent.id, agent.approval_above));
  for (let session = scopes.session; session; session = parentOf(state, session))
    look('session', session.id, session.approval_above);
  look('organization', scopes.organization.id, scopes.organization.approval_above);
  return strictest && { scope: strictest.scope, amount: strictest.amount.toString() };
}

/** The oldest grant that covers the whole payment and has enough left; one payment never draws on two. */
function coveringGrant(state: BookState, details: PaymentDetails, asked: Asked): Grant | undefined {
  let oldest: Grant | undefined;
  for (const grant of state.grants.values())
    if (covers(grant, details, asked) && (!oldest || grant.id < oldest.id)) oldest = grant;
  return oldest;
}

function covers({ agent_id, payee, limit, expires_at }: Grant, details: PaymentDetails, asked: Asked): boolean {
  if (agent_id !== undefined && agent_id !== details.payer.agent_id) return false;
  if (limit.definition.asset !== asked.asset || !isSamePayee(payee, details.payee)) return false;
  if (expires_at !== undefined && asked.now >= expires_at) return false;
  const { spent, held } = usageAt(limit, asked.now);
  return spent + held + asked.amount <= limit.maximum;
}

function isSamePayee(one: PaymentDetails['payee'], other: PaymentDetails['payee']): boolean {
  if ('service' in one) return 'service' in other && one.service === other.service;
  return 'agent_id' in one && 'agent_id' in other && one.agent_id === other.agent_id;
}

/** An agent that asks for more and more approvals would tie up the money of everybody. */
function checkPending(payer: Agent, maximum: number): Decline | undefined {
  const pending = payer.pending ?? 0;
  if (pending < maximum) return undefined;
  return {
    code: 'approvals_pending_exceeded',
    scope: { kind: 'agent', id: payer.id },
    rule: 'count:pending_approvals',
    limit: maximum.toString(),
    held: pending.toString(),
    requested: '1',
    remaining: '0',
  };
}
