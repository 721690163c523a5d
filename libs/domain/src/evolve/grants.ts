import type { ApprovalGrantCreated, ApprovalGrantRevoked, OpenedWindow, PaymentDetails } from '../events/index.js';
import { editOrganization, type BookState } from '../state/index.js';
import { addUsage, limitState, type Totals } from '../usage.js';
import { openWindows } from './charges.js';

/** Those that are over make room for the new one. */
export function createGrant(state: BookState, event: ApprovalGrantCreated): void {
  const over = [...state.grants.values()].filter((grant) => (grant.expires_at ?? Infinity) <= event.time);
  for (const grant of over) state.grants.delete(grant.id);
  state.grants.set(event.grant_id, {
    id: event.grant_id,
    ...(event.agent_id === undefined ? {} : { agent_id: event.agent_id }),
    payee: event.payee,
    limit: limitState(event.limit, 'itself'),
    ...(event.expires_at === undefined ? {} : { expires_at: event.expires_at }),
    policy_version: event.sequence,
  });
  setVersion(state, event.sequence);
}

export function revokeGrant(state: BookState, event: ApprovalGrantRevoked): void {
  state.grants.delete(event.grant_id);
  setVersion(state, event.sequence);
}

/** One for all of an org: what a payment was refused may have been a grant that is gone. */
function setVersion(state: BookState, sequence: number): void {
  const organization = editOrganization(state);
  if (organization) organization.grants_version = sequence;
}

/**
 * What is held and captured under a grant is used up of it. A hold that ends without a capture gives it back; a refund does
 * not: what was spent was spent. A grant that is gone counts nothing more.
 */
export function chargeGrant(
  state: BookState,
  grantId: string,
  details: PaymentDetails & { time: number },
  change: Totals,
  windows: readonly OpenedWindow[],
): void {
  const grant = state.grants.edit(grantId);
  if (!grant || change.spent < 0n) return;
  openWindows([grant.limit], grantId, windows, details.time);
  addUsage(grant.limit, details.authorized_at, change);
}
