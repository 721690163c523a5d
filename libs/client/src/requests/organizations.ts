import type { Amount } from './amount.js';
import type { ChangeOrganizationRequest } from './organization.js';

export interface OpenOrganizationRequest {
  name: string;
  /** Money that its treasury starts with; default 0. */
  initial_credits?: Amount;
  /** Defaults for agents that it has never seen; default: those of the settings. */
  first_use?: ChangeOrganizationRequest['first_use'];
}

export interface IssueAdminKeyRequest {
  name: string;
}
