import type { LimitDefinition } from '../limits.js';
import type { Payee } from '../parties.js';
import type { EventHeader } from './event-header.js';

/** A standing approval: payments to this payee need no other, up to the limit. */
export interface ApprovalGrantCreated extends EventHeader {
  type: 'approval.grant_created';
  grant_id: string;
  /** Who may use it; absent means any agent of the org. */
  agent_id?: string;
  payee: Payee;
  /** How much may be spent under it, and per what: always an amount, never `per: 'payment'`. */
  limit: LimitDefinition;
  expires_at?: number;
}

export interface ApprovalGrantRevoked extends EventHeader {
  type: 'approval.grant_revoked';
  grant_id: string;
}
