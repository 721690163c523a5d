import {
  agentById,
  sessionById,
  withAncestors,
  withParents,
  type ReferenceBook,
  type ReferenceGrant,
  type ReferencePayment,
  type ReferenceThreshold,
} from './reference-book.js';
import { bindingRule, sameWindow, type Asked, type Rolling, type Verdict } from './reference-rules.js';

/** Whether any threshold along the way is passed. */
export function isAboveThreshold(book: ReferenceBook, asked: Asked): boolean {
  const sessions = asked.session === undefined ? [] : withAncestors(book, asked.session);
  const scopes = [...withParents(book, asked.agent), ...sessions, book];
  return scopes.some(
    ({ approval_above: threshold }) =>
      threshold !== undefined && (threshold.asset !== asked.asset || asked.amount > threshold.amount),
  );
}

/** The strictest threshold that a payment outside of sessions is above, the nearest of equal ones. */
export function strictestThreshold(book: ReferenceBook, asked: Asked): Verdict {
  const agents = withParents(book, asked.agent).map((agent, index) => ({
    kind: index === 0 ? 'agent' : 'parent_agent',
    id: agent.id,
    threshold: agent.approval_above,
  }));
  const passed = [...agents, { kind: 'organization', id: asked.org, threshold: book.approval_above }]
    .filter(({ threshold }) => threshold && (threshold.asset !== asked.asset || asked.amount > threshold.amount))
    .map(({ kind, id, threshold }) => ({
      code: 'approval_required',
      kind,
      id,
      limit: threshold!.asset === asked.asset ? threshold!.amount : 0n,
    }));
  return passed.reduce((least, one) => (one.limit < least.limit ? one : least));
}

/** What a grant has left at a moment: what is held under it or was captured counts, given back or not. */
export function usedOf(book: ReferenceBook, grant: ReferenceGrant, now: number): bigint {
  return book.payments
    .filter((one) => one.grant === grant.id && (grant.per === 'lifetime' || sameWindow('day', one.authorized_at, now)))
    .reduce((sum, one) => sum + one.held + one.captured, 0n);
}

/** The first grant given that covers all of it. */
export function grantFor(book: ReferenceBook, asked: Asked): ReferenceGrant | undefined {
  return book.grants.find(
    (grant) =>
      (grant.agent === undefined || grant.agent === asked.agent) &&
      grant.to === asked.to &&
      grant.asset === asked.asset &&
      (grant.expires_at === undefined || asked.now < grant.expires_at) &&
      usedOf(book, grant, asked.now) + asked.amount <= grant.maximum,
  );
}

/** What would refuse to approve it: the rules as they are now, without what the payment itself holds. */
export function approvalRule(
  book: ReferenceBook,
  payment: ReferencePayment,
  asked: Asked,
  rolling: Rolling,
): Verdict | undefined {
  const payee = payment.to.startsWith('wal_') ? agentById(book, `agt_${payment.to.split('_')[1]!}`) : undefined;
  if (payee?.status === 'revoked') return { code: 'payee_not_found', kind: 'agent', id: payee.id };
  const without = { ...book, payments: book.payments.filter((one) => one !== payment) };
  return bindingRule(without, { ...asked, authorized_at: payment.authorized_at }, rolling);
}

export function setThreshold(
  book: ReferenceBook,
  scope: { agent: string } | { session: string } | 'organization',
  threshold: ReferenceThreshold | undefined,
): void {
  const target =
    scope === 'organization'
      ? book
      : 'agent' in scope
        ? agentById(book, scope.agent)
        : sessionById(book, scope.session);
  if (threshold) target.approval_above = threshold;
  else delete target.approval_above;
}
