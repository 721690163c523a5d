import type { Asset, UnitsText } from '../money.js';
import type { ApprovalThreshold } from '../approvals.js';
import type { LimitDefinition, LimitStart } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { EventHeader } from './event-header.js';

export interface OrganizationCreated extends EventHeader {
  type: 'organization.created';
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
}

/** Defaults for agents that the org has never seen; amounts in units of the default asset. */
export interface FirstUseSettings {
  enabled: boolean;
  per_payment: UnitsText;
  per_day: UnitsText;
  agents_maximum: number;
  together_per_day: UnitsText;
}

export type Role = 'admin' | 'operator' | 'orchestrator' | 'finance';

export interface KeyIssued extends EventHeader {
  type: 'key.issued';
  key_id: string;
  role: Role;
  name: string;
  token_hash: string;
}

export interface KeyRevoked extends EventHeader {
  type: 'key.revoked';
  key_id: string;
}

/** New settings of the org; absent leaves as it is, null lifts. */
export interface OrganizationChanged extends EventHeader {
  type: 'organization.changed';
  name?: string;
  first_use?: FirstUseSettings;
  limits?: readonly LimitDefinition[];
  starts?: readonly LimitStart[];
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  accept_foreign_payments?: boolean;
}
