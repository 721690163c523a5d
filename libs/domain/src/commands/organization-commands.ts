import type { ApprovalThreshold } from '../approvals.js';
import type { Asset } from '../money.js';
import type { FirstUseSettings, Role } from '../events/index.js';
import type { SpendLists } from '../lists.js';
import type { CommandHeader } from './command-header.js';
import type { LimitChanges } from './limit-changes.js';

export interface CreateOrganization extends CommandHeader {
  type: 'organization.create';
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  admin_key: { key_id: string; token_hash: string };
  initial_amount: bigint;
}

export interface ChangeOrganization extends CommandHeader, LimitChanges {
  type: 'organization.change';
  name?: string;
  /** Members that are given replace those of the org's defaults for unseen agents; amounts in units. */
  first_use?: Partial<FirstUseSettings>;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  /** Whether its agents take payments from other orgs. */
  accept_foreign_payments?: boolean;
}

export interface IssueKey extends CommandHeader {
  type: 'key.issue';
  key_id: string;
  role: Role;
  name: string;
  token_hash: string;
}

/** Whoever runs Bursar lets back into an org all of whose admin keys are lost; vouched for by the edge, as its creation is. */
export interface IssueAdminKey extends CommandHeader {
  type: 'organization.issue_admin_key';
  key_id: string;
  name: string;
  token_hash: string;
}

export interface RevokeKey extends CommandHeader {
  type: 'key.revoke';
  key_id: string;
}
