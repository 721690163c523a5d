import { approvalOfPayment, paymentOfApproval } from '../approvals.js';
import { heldAccount } from '../accounts.js';
import type { ApprovePayment, DenyPayment } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type {
  BookEvent,
  EventHeader,
  PaymentDecided,
  PaymentDetails,
  PaymentPendingApproval,
  OpenedWindow,
} from '../events/index.js';
import { agentChain } from '../evolve/charges.js';
import { evolve } from '../evolve/index.js';
import { parentOf } from '../evolve/sessions.js';
import { isPaymentRequestId } from '../payment-requests.js';
import { principalOf } from '../principal.js';
import {
  BookOverlay,
  editOrganization,
  organizationOf,
  type BookState,
  type OpenPayment,
  type Organization,
  type PendingApproval,
} from '../state/index.js';
import { windowAt, type LimitState } from '../usage.js';
import { requireOperator, type Actor } from './authority.js';
import { bindingRule } from './binding-rule.js';
import {
  boundBefore,
  header,
  NeedsFactsSignal,
  primaryHeader,
  record,
  refuse,
  type DecideContext,
  type Decision,
} from './context.js';
import { captured, voided } from './payment-steps.js';
import { requestAgainst, requestPaid } from './pay-request.js';
import { policyVersion } from './policy-version.js';
import type { Asked } from './rules.js';

/** The event of a payment that has to wait, with its hold in place. */
export function pendingApproval(
  context: DecideContext,
  head: EventHeader & PaymentDecided,
  details: PaymentDetails,
  windows: readonly OpenedWindow[],
  wish: Pick<PaymentPendingApproval, 'capture' | 'hold_ms' | 'above'>,
): PaymentPendingApproval {
  const { amount, asset, payer } = details;
  return {
    type: 'payment.pending_approval',
    ...head,
    ...details,
    approval_id: approvalOfPayment(details.payment_id),
    postings: [{ debit: payer.wallet_id, credit: heldAccount(payer.wallet_id), amount, asset }],
    windows,
    expires_at: context.now + context.settings.approval_ms,
    ...wish,
  };
}

/**
 * Lets a payment that waits go on, where every rule as it is now would let it pass. Where one would not, that is recorded and
 * the payment waits on: whoever may approve may also lift the rule, and approve again.
 */
export function decideApprove(context: DecideContext<ApprovePayment>, actor: Actor): Decision {
  const { command, now } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const { approval, payment } = waiting(context);
  if (now >= payment.expires_at) return record([voided(primaryHeader(context), payment, 'approval_expired')]);
  const approval_id = approval.id;
  const policy = policyOf(context.state, payment.details);
  const decline = requestEnded(context, payment.details) ?? ruleAgainst(context, approval, payment);
  if (decline)
    return record([
      { type: 'payment.approval_refused', ...primaryHeader(context), ...payment.details, approval_id, policy, decline },
    ]);
  const { capture } = approval;
  const events: BookEvent[] = [
    {
      type: 'payment.approved',
      ...primaryHeader(context),
      ...payment.details,
      approval_id,
      policy,
      capture,
      ...(capture ? {} : { expires_at: now + approval.hold_ms }),
    },
  ];
  if (capture)
    events.push({
      type: 'payment.captured',
      ...header(context, 1),
      ...payment.details,
      postings: captured(payment.details, payment.held),
      captured: payment.held.toString(),
      released: '0',
      captured_total: payment.held.toString(),
      final: true,
    });
  if (capture) events.push(...requestPaid(context, payment.details, events.length));
  return record(events);
}

export function decideDeny(context: DecideContext<DenyPayment>, actor: Actor): Decision {
  const { command, now } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const { payment } = waiting(context);
  const reason = now >= payment.expires_at ? 'approval_expired' : 'approval_denied';
  const event = voided(primaryHeader(context), payment, reason);
  const { explanation } = command;
  return record([reason === 'approval_expired' || explanation === undefined ? event : { ...event, explanation }]);
}

function waiting(context: DecideContext<ApprovePayment | DenyPayment>): {
  approval: PendingApproval;
  payment: OpenPayment;
} {
  const { state, command } = context;
  const approval = state.approvals.get(command.approval_id);
  if (approval) return { approval, payment: state.payments.get(approval.payment_id)! };
  const details = detailsOf(context, command.approval_id);
  const known = details?.approval_id === command.approval_id && state.agents.get(details.payer.agent_id) !== undefined;
  return refuse(known ? 'approval_not_pending' : 'approval_not_found', 'approval', command.approval_id);
}

/** Of the payment that once waited; null where there was none. */
function detailsOf({ state, facts }: DecideContext, approvalId: string): PaymentDetails | null {
  const paymentId = paymentOfApproval(approvalId);
  const open = state.payments.get(paymentId);
  if (open) return open.details;
  const finished = facts.finishedPayment(paymentId);
  if (finished === undefined) throw new NeedsFactsSignal({ payments: [paymentId] });
  return finished && finished.details;
}

/** The rule that would refuse the payment now, asked of the book as it would be without the payment's own hold. */
function ruleAgainst(context: DecideContext, approval: PendingApproval, payment: OpenPayment): Decline | undefined {
  const { details } = payment;
  const without = new BookOverlay(context.state);
  evolve(without, voided(header(context), payment, 'requested'));
  const chain = agentChain(without, details.payer.agent_id).map((agent) => without.agents.edit(agent.id)!);
  const session = details.session_id === undefined ? undefined : without.sessions.get(details.session_id);
  const organization = editOrganization(without)!;
  const principal = principalOf(without, chain[0]!);
  const wallet = without.wallets.get(details.payer.wallet_id)!;
  const asked: Asked = {
    amount: payment.held,
    asset: details.asset,
    payee: details.payee,
    payee_org: 'payee_org' in details.payee ? details.payee.payee_org : context.command.org,
    protocol: details.protocol,
    category: details.category,
    holds: !approval.capture,
    now: context.now,
  };
  askOfItsOwnWindows(without, details, organization, context.now);
  return (
    revokedPayee(without, details) ?? bindingRule(without, { organization, principal, chain, session, wallet }, asked)
  );
}

/** The payee's is one of them: an approval asks whether it may still be paid. */
function policyOf(state: BookState, details: PaymentDetails): number {
  const { payer, payee, session_id } = details;
  let ofSessions = 0;
  for (
    let session = session_id === undefined ? undefined : state.sessions.get(session_id);
    session;
    session = parentOf(state, session)
  )
    ofSessions = Math.max(ofSessions, session.policy_version);
  const version = policyVersion(organizationOf(state)!, agentChain(state, payer.agent_id), ofSessions);
  const paid = 'agent_id' in payee ? state.agents.get(payee.agent_id) : undefined;
  return Math.max(version, paid?.policy_version ?? 0);
}

/** What it was to pay may be paid, taken back or turned down since; in time is what was asked in time. */
function requestEnded(context: DecideContext, details: PaymentDetails): Decline | undefined {
  const { request_id } = details;
  return isPaymentRequestId(request_id) ? requestAgainst(context, details, request_id) : undefined;
}

function revokedPayee(state: BookState, { payee }: PaymentDetails): Decline | undefined {
  if (!('agent_id' in payee) || state.agents.get(payee.agent_id)?.status !== 'revoked') return undefined;
  return { code: 'payee_not_found', scope: { kind: 'agent', id: payee.agent_id } };
}

/**
 * The payment counts in the windows of its request (D5). Where such a window has gone by, what others spend now is no
 * matter: only the amount itself has to fit the limit as it is now.
 */
function askOfItsOwnWindows(state: BookState, details: PaymentDetails, organization: Organization, now: number): void {
  const own = (limits: LimitState[]): LimitState[] =>
    limits.map((limit) => (countsStill(limit, details.authorized_at, now) ? limit : { ...limit, usages: [] }));
  for (const { id } of agentChain(state, details.payer.agent_id)) {
    const agent = state.agents.edit(id)!;
    agent.limits = own(agent.limits);
  }
  organization.limits = own(organization.limits);
  organization.first_use_limits = own(organization.first_use_limits);
  const leaf = details.session_id === undefined ? undefined : state.sessions.get(details.session_id);
  for (let session = leaf; session; session = parentOf(state, session))
    if (session.limits) state.sessions.edit(session.id)!.limits = own(session.limits);
}

function countsStill({ counted_in, definition }: LimitState, authorizedAt: number, now: number): boolean {
  if (counted_in !== 'usages') return true;
  const { start, end } = windowAt(definition, authorizedAt);
  if (typeof definition.per === 'object' && definition.of !== 'held')
    return end > now - definition.per.rolling_seconds * 1000;
  return start <= now && now < end;
}
