import type { Agent, Organization } from '../state/index.js';

/**
 * The version of the rules that a payment is decided by: the highest of all scopes that it concerns, and of the org's grants
 * where those were asked. No such rule has changed between the event of that number and the decision. `ofSessions` is that of
 * the session and those above it, found on a walk that is made anyway.
 */
export function policyVersion(
  organization: Organization,
  chain: readonly Agent[],
  ofSessions: number,
  grantsAsked?: boolean,
): number {
  let version = Math.max(organization.policy_version, ofSessions);
  if (grantsAsked && organization.grants_version !== undefined)
    version = Math.max(version, organization.grants_version);
  for (const agent of chain) if (agent.policy_version > version) version = agent.policy_version;
  return version;
}
