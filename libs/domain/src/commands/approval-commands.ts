import type { LimitDefinition } from '../limits.js';
import type { CommandHeader } from './command-header.js';

export interface ApprovePayment extends CommandHeader {
  type: 'approval.approve';
  approval_id: string;
}

export interface DenyPayment extends CommandHeader {
  type: 'approval.deny';
  approval_id: string;
  explanation?: string;
}

export interface CreateGrant extends CommandHeader {
  type: 'grant.create';
  /** Id or handle of who may use it; absent means any agent of the org. */
  agent?: string;
  payee: { agent: string } | { service: string };
  /** An amount, per anything but a payment. */
  limit: LimitDefinition;
  expires_in_ms?: number;
}

export interface RevokeGrant extends CommandHeader {
  type: 'grant.revoke';
  grant_id: string;
}
