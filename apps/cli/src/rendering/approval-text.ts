import type { ApprovalAnswer, ApprovalStepAnswer, GrantAnswer, ListedApproval } from '#client';
import { figuresOf } from './problem-text.js';
import { labelsText } from './session-tree.js';
import { fields, table } from './table.js';

type Party = ListedApproval['payee'];

export function nameOf(party: Party): string {
  if ('service' in party) return `service ${party.service}`;
  return 'payee_org' in party ? `${party.payee_org}/${party.handle}` : (party.handle ?? party.agent_id);
}

export function approvalsTable(approvals: readonly ListedApproval[]): string {
  return table(
    ['approval', 'status', 'amount', 'currency', 'from', 'to', 'requested', 'until'],
    approvals.map((one) => [
      one.approval_id,
      one.status,
      one.amount,
      one.currency,
      nameOf(one.payer),
      nameOf(one.payee),
      one.requested_at,
      one.expires_at,
    ]),
  );
}

export function approvalText(approval: ApprovalAnswer): string {
  const { above, currency } = approval;
  return fields([
    ['approval', approval.approval_id],
    ['status', approval.status],
    ['payment', approval.payment_id],
    ['amount', `${approval.amount} ${currency}`],
    ['from', nameOf(approval.payer)],
    ['to', nameOf(approval.payee)],
    ['session', approval.session_id],
    ['labels', labelsText(approval.labels)],
    ['once approved', approval.capture ? 'captured at once' : 'held'],
    ['waits because', `${above.scope.kind} ${above.scope.id} approves above ${above.amount} ${currency}`],
    ['requested', approval.requested_at],
    ['until', approval.expires_at],
    ['decided', approval.decided_at],
    ['by', approval.decided_by],
    ['explanation', approval.explanation],
    ...approval.refusals.flatMap(({ decline }) => [['refused', decline.code] as const, ...figuresOf(decline)]),
  ]);
}

export function approvalStepText(step: ApprovalStepAnswer): string {
  return fields([
    ['approval', step.approval_id],
    ['status', step.status],
    ['payment', step.payment_id],
    ['payment is', step.payment_status],
    ['amount', `${step.amount} ${step.currency}`],
    ['held until', step.expires_at],
    ['position', step.position],
  ]);
}

export function grantsTable(grants: readonly GrantAnswer[]): string {
  return table(
    ['grant', 'agent', 'to', 'per', 'max', 'spent', 'held', 'left', 'currency', 'until'],
    grants.map(({ grant_id, agent, payee, limit, expires_at }) => [
      grant_id,
      agent?.handle ?? 'any',
      nameOf(payee),
      typeof limit.per === 'object' ? `${limit.per.rolling_seconds} s` : limit.per,
      limit.max,
      limit.spent,
      limit.held,
      limit.remaining,
      limit.currency,
      expires_at,
    ]),
  );
}
