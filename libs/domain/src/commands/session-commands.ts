import type { ApprovalThreshold } from '../approvals.js';
import type { Asset } from '../money.js';
import type { Labels, SessionMode } from '../events/index.js';
import type { LimitDefinition } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { CommandHeader } from './command-header.js';
import type { LimitChanges } from './limit-changes.js';

export interface OpenSession extends CommandHeader {
  type: 'session.open';
  parent_session_id?: string;
  agent?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: bigint;
  mode: SessionMode;
  labels: Labels;
  limits?: readonly LimitDefinition[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  wallet_id?: string;
  expires_in_ms?: number;
  token_hash: string;
  description_hash?: string;
}

export interface ChangeSession extends CommandHeader, LimitChanges {
  type: 'session.change';
  session_id: string;
  budget?: bigint;
  /** From now; null lifts the expiry. */
  expires_in_ms?: number | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
}

export interface CloseSession extends CommandHeader {
  type: 'session.close';
  session_id: string;
}

/** The owner's own: a reserved session whose time is over gives back what it has not spent. */
export interface LapseSession extends CommandHeader {
  type: 'session.lapse';
  session_id: string;
}
