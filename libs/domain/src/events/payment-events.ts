import type { UnitsText } from '../money.js';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';
import type { DecidedUnderPolicy, EventHeader, Posting } from './event-header.js';
import type { OpenedWindow, PaymentDecided, PaymentDetails } from './payment-details.js';

export interface PaymentAuthorized extends EventHeader, PaymentDetails, PaymentDecided {
  type: 'payment.authorized';
  postings: readonly Posting[];
  windows: readonly OpenedWindow[];
  expires_at: number;
  /** Dispatched at once: as if `payment.dispatched` with this time had followed. */
  unknown_at?: number;
}

/** Authorize and capture in one decision and one event. */
export interface PaymentTransferred extends EventHeader, PaymentDetails, PaymentDecided {
  type: 'payment.transferred';
  postings: readonly Posting[];
  windows: readonly OpenedWindow[];
}

/** Above a threshold and covered by no grant: held as if authorized, until it is approved, denied or over. */
export interface PaymentPendingApproval extends EventHeader, PaymentDetails, PaymentDecided {
  type: 'payment.pending_approval';
  approval_id: string;
  postings: readonly Posting[];
  windows: readonly OpenedWindow[];
  /** When it is voided for want of an approval. */
  expires_at: number;
  /** True: it is captured as soon as it is approved; else its hold lives for `hold_ms` from then. */
  capture: boolean;
  hold_ms: number;
  /** The threshold that binds; `0` where that names another asset. */
  above: { scope: { kind: ScopeKind; id: string }; amount: UnitsText };
}

export interface PaymentApproved extends EventHeader, PaymentDetails, DecidedUnderPolicy {
  type: 'payment.approved';
  approval_id: string;
  /** True: the capture follows as the next event. */
  capture: boolean;
  /** Of the hold from here on; absent where it is captured at once. */
  expires_at?: number;
}

/** Somebody would have approved it, and a rule as it is now would not: it waits on (see docs/decisions/030-approvals.md). */
export interface PaymentApprovalRefused extends EventHeader, PaymentDetails, DecidedUnderPolicy {
  type: 'payment.approval_refused';
  approval_id: string;
  decline: Decline;
}

export interface PaymentDeclined extends EventHeader, PaymentDetails, PaymentDecided {
  type: 'payment.declined';
  decline: Decline;
  /** It was to be captured at once, so that limits on what is held did not concern it. */
  capture?: true;
}

export interface PaymentDispatched extends EventHeader, PaymentDetails {
  type: 'payment.dispatched';
  /** When an answer is no longer waited for and the outcome becomes unknown. */
  unknown_at: number;
  /** What was captured of it before, where it had been captured in part. */
  captured_total?: UnitsText;
}

export interface PaymentOutcomeUnknown extends EventHeader, PaymentDetails {
  type: 'payment.outcome_unknown';
}

/** An undispatched hold lives longer; it counts where it did (D5). */
export interface PaymentExtended extends EventHeader, PaymentDetails {
  type: 'payment.extended';
  expires_at: number;
  /** What was captured of it before, where it had been captured in part. */
  captured_total?: UnitsText;
}

/** `captured + released` leaves the hold; with `final` nothing stays held. */
export interface PaymentCaptured extends EventHeader, PaymentDetails {
  type: 'payment.captured';
  postings: readonly Posting[];
  captured: UnitsText;
  released: UnitsText;
  captured_total: UnitsText;
  final: boolean;
  /** An operator said what had happened outside. */
  resolved?: true;
  /** Salted hash of a paid service's answer, whose text lies beside the log for a while (D20). */
  answer_hash?: string;
}

/** A capture that came at or after `expires_at`: refused, and recorded (D12). */
export interface PaymentCaptureRefused extends EventHeader, PaymentDetails {
  type: 'payment.capture_refused';
  decline: Decline;
}

export interface PaymentVoided extends EventHeader, PaymentDetails {
  type: 'payment.voided';
  postings: readonly Posting[];
  released: UnitsText;
  /** What was captured of it before, where it had been captured in part. */
  captured_total?: UnitsText;
  reason:
    | 'requested'
    | 'agent_frozen'
    | 'agent_revoked'
    | 'session_closed'
    | 'resolved'
    | 'approval_denied'
    | 'approval_expired';
  /** It was still waiting for an approval. */
  was_pending?: true;
  /** What whoever denied it has to say. */
  explanation?: string;
}

export interface PaymentExpired extends EventHeader, PaymentDetails {
  type: 'payment.expired';
  postings: readonly Posting[];
  released: UnitsText;
  captured_total?: UnitsText;
}

export interface PaymentRefunded extends EventHeader, PaymentDetails {
  type: 'payment.refunded';
  postings: readonly Posting[];
  refund_id: string;
  refunded: UnitsText;
  refunded_total: UnitsText;
  captured_total: UnitsText;
  reason?: string;
  /** The payee's book refused the money, for this reason: all of it has come back (D15). */
  reversed?: RefusalCode;
}

/** The payee had not the money to give back: refused, and recorded (D15). */
export interface PaymentRefundRefused extends EventHeader, PaymentDetails {
  type: 'payment.refund_refused';
  decline: Decline;
}

export type PaymentEvent =
  | PaymentAuthorized
  | PaymentTransferred
  | PaymentPendingApproval
  | PaymentApproved
  | PaymentApprovalRefused
  | PaymentDeclined
  | PaymentDispatched
  | PaymentOutcomeUnknown
  | PaymentExtended
  | PaymentCaptured
  | PaymentCaptureRefused
  | PaymentVoided
  | PaymentExpired
  | PaymentRefunded
  | PaymentRefundRefused;
