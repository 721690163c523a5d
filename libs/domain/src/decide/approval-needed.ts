import type { AuthorizePayment } from '../commands/index.js';
import type { ApprovalThreshold } from '../approvals.js';
import type { Decline, ScopeKind } from '../declines.js';
import type { OpenedWindow, PaymentDetails, PaymentPendingApproval } from '../events/index.js';
import { parentOf } from '../evolve/sessions.js';
import type { Agent, BookState, Grant } from '../state/index.js';
import { bindingRule, type Scopes } from './binding-rule.js';
import type { DecideContext, DecideSettings } from './context.js';
import { limitFigures, openedWindowsOf, type Asked, type LimitFigures } from './rules.js';

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
  { state, command, settings }: DecideContext<AuthorizePayment>,
  scopes: Scopes,
  details: PaymentDetails,
  asked: Asked,
): ApprovalNeeded {
  const above = thresholdPassed(state, scopes, asked);
  if (!above) return {};
  const grant = coveringGrant(state, details, asked);
  if (grant) return { grant, asked: true };
  if (command.no_waiting) return { refusal: approvalRequired(above, asked), asked: true };
  const payer = scopes.chain[0]!;
  const refusal =
    (mayWait(payer, settings) ? undefined : approvalsPending(payer, settings)) ??
    (asked.holds ? undefined : bindingRule(state, scopes, { ...asked, holds: true }));
  if (refusal) return { refusal, asked: true };
  return { above: { scope: above.scope, amount: above.amount.toString() }, asked: true };
}

function approvalRequired({ scope, amount }: ThresholdFigures, { asset, amount: requested }: Asked): Decline {
  return {
    code: 'approval_required',
    scope,
    rule: 'approval_above',
    asset,
    limit: amount.toString(),
    requested: requested.toString(),
  };
}

/** The window of the grant that the payment opens, where it is not open already. */
export function grantWindows({ id, limit }: Grant, asked: Asked): OpenedWindow[] {
  return openedWindowsOf(id, [limit], asked);
}

/** Where payments of some size wait, as it stands to this one. */
export interface ThresholdFigures {
  scope: Above['scope'];
  amount: bigint;
  passes: boolean;
}

/** Looks at every threshold: of the payer and its parents, the session and its ancestors, the org. */
export function eachThreshold(
  state: BookState,
  scopes: Scopes,
  asked: Asked,
  look: (figures: ThresholdFigures) => void,
): void {
  const lookAt = (kind: ScopeKind, id: string, threshold: ApprovalThreshold | undefined): void => {
    if (!threshold) return;
    const amount = threshold.asset === asked.asset ? BigInt(threshold.amount) : 0n;
    look({ scope: { kind, id }, amount, passes: asked.amount <= amount });
  };
  scopes.chain.forEach((agent, index) =>
    lookAt(index === 0 ? 'agent' : 'parent_agent', agent.id, agent.approval_above),
  );
  for (let session = scopes.session; session; session = parentOf(state, session))
    lookAt('session', session.id, session.approval_above);
  lookAt('organization', scopes.organization.id, scopes.organization.approval_above);
}

/** The strictest threshold that the payment is above; of equal ones the first. */
function thresholdPassed(state: BookState, scopes: Scopes, asked: Asked): ThresholdFigures | undefined {
  let strictest: ThresholdFigures | undefined;
  eachThreshold(state, scopes, asked, (figures) => {
    if (!figures.passes && (!strictest || figures.amount < strictest.amount)) strictest = figures;
  });
  return strictest;
}

/** The oldest grant that covers the whole payment and has enough left; one payment never draws on two. */
function coveringGrant(state: BookState, details: PaymentDetails, asked: Asked): Grant | undefined {
  let oldest: Grant | undefined;
  for (const grant of state.grants.values())
    if (isMeantFor(grant, details, asked) && grantFigures(grant, asked)?.passes && (!oldest || grant.id < oldest.id))
      oldest = grant;
  return oldest;
}

/** Whether it is for payments like this one, by this agent to this payee, whatever is left of it. */
export function isMeantFor(
  { agent_id, payee, limit, expires_at }: Grant,
  details: PaymentDetails,
  asked: Asked,
): boolean {
  if (agent_id !== undefined && agent_id !== details.payer.agent_id) return false;
  if (limit.definition.asset !== asked.asset || !isSamePayee(payee, details.payee)) return false;
  return expires_at === undefined || asked.now < expires_at;
}

/** What is used of a grant; it passes where what is left covers the whole payment. */
export function grantFigures({ limit }: Grant, asked: Asked): LimitFigures | undefined {
  return limitFigures(limit, {}, asked);
}

function isSamePayee(one: PaymentDetails['payee'], other: PaymentDetails['payee']): boolean {
  if ('service' in one) return 'service' in other && one.service === other.service;
  return 'agent_id' in one && 'agent_id' in other && one.agent_id === other.agent_id;
}

/** An agent that asks for more and more approvals would tie up the money of everybody. */
export function mayWait({ pending = 0 }: Agent, { approvals_pending_maximum }: DecideSettings): boolean {
  return pending < approvals_pending_maximum;
}

/** The bound on payments that wait, with its figures. */
export function approvalsPending({ id, pending = 0 }: Agent, settings: DecideSettings): Decline {
  const maximum = settings.approvals_pending_maximum;
  return {
    code: 'approvals_pending_exceeded',
    scope: { kind: 'agent', id },
    rule: 'count:pending_approvals',
    limit: maximum.toString(),
    held: pending.toString(),
    requested: '1',
    remaining: Math.max(0, maximum - pending).toString(),
  };
}
