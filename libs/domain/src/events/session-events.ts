import type { Asset, UnitsText } from '../money.js';
import type { ApprovalThreshold } from '../approvals.js';
import type { LimitDefinition, LimitStart } from '../limits.js';
import type { SpendLists } from '../lists.js';
import type { EventHeader, Labels } from './event-header.js';

export type SessionMode = 'shared' | 'reserved';

export interface SessionOpened extends EventHeader {
  type: 'session.opened';
  session_id: string;
  parent_session_id?: string;
  agent_id?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: UnitsText;
  mode: SessionMode;
  labels: Labels;
  limits?: readonly LimitDefinition[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  wallet_id?: string;
  expires_at?: number;
  token_hash: string;
  /** Salted hash of the description, whose text lies beside the log (D20). */
  description_hash?: string;
}

export interface SessionChanged extends EventHeader {
  type: 'session.changed';
  session_id: string;
  budget?: UnitsText;
  expires_at?: number | null;
  limits?: readonly LimitDefinition[];
  /** What each windowed limit that is new starts from, loaded from the log (D5). */
  starts?: readonly LimitStart[];
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  /** The external reference of a top-up that raised the budget. */
  topup?: { topup_id: string; amount: UnitsText; reference?: string };
}

export interface SessionClosed extends EventHeader {
  type: 'session.closed';
  session_id: string;
  /** What a reserved session gives back upward. */
  returned: UnitsText;
  /** It, or a reserved session above it, was not closed by anybody: its time was over. */
  reason?: 'expired';
}
