import type { Asset, UnitsText } from './money.js';
import type { ApprovalThreshold } from './approvals.js';
import type { Decline, RefusalCode, ScopeKind } from './declines.js';
import type { NamedWalletKind } from './accounts.js';
import type { Breakers } from './breakers.js';
import type { LimitDefinition, LimitStart } from './limits.js';
import type { SpendLists } from './lists.js';
import type { ForeignPayee, Payee, Protocol, RequestPayer } from './parties.js';

/**
 * Events are plain JSON values: what stands in memory is what is stored, byte for byte, as RFC 8785 text (D8).
 * Amounts are smallest units as text, times are milliseconds since the epoch. Fields are only ever added.
 */
export type Labels = Readonly<Record<string, string>>;

/**
 * One posting moves `amount` from the debited to the credited account, so every event balances by construction.
 * An account is a wallet id (its free money) or `<wallet id>:held` (money held on it).
 */
export interface Posting {
  debit: string;
  credit: string;
  amount: UnitsText;
  asset: Asset;
}

export interface EventHeader {
  version: 1;
  org: string;
  /** The book's own dense sequence number, from 1. */
  sequence: number;
  /** Book time: never runs backwards. */
  time: number;
  /** The credential that acted: `key_…`, `agt_…` or `ses_…`; `owner` for what the book's owner does by itself. */
  by: string;
  /** Idempotency key, whose scope `boundKeyOf` tells, and the versioned hash of the caller's fields (D6). */
  key?: string;
  fingerprint?: string;
}

/**
 * `[scope id, limit id, start, end]` of a window that the payment is the first to count in (D5). Logs of before name every
 * window that a payment counts in: opening one again changes nothing.
 */
export type OpenedWindow = readonly [scope: string, limit: string, start: number, end: number];

/** What every event carries that decides by rules. */
export interface DecidedUnderPolicy {
  /** The highest version of the rules that it was decided by (`policyVersion`). Events of before there were versions have none. */
  policy?: number;
}

/** What only the event that decides a payment carries. */
export interface PaymentDecided extends DecidedUnderPolicy {
  /** Salted hash of the memo, whose text lies beside the log for a while (D20). */
  memo_hash?: string;
  /** Salted hash of what a paid service is asked (D20). */
  request_hash?: string;
}

/** What every payment event carries, so that views and evolve never need an earlier event (D7). */
export interface PaymentDetails {
  payment_id: string;
  /** Sum that was asked for; for capture, void and refund the figures below say what this event moved. */
  amount: UnitsText;
  asset: Asset;
  payer: { agent_id: string; handle: string; wallet_id: string };
  payee: Payee;
  protocol: Protocol;
  session_id?: string;
  labels: Labels;
  category?: string;
  /** The caller's own word for what is paid, or the id of the payment request that this pays. */
  request_id?: string;
  /** The payer was known by first use only: the payment counts in what such agents may spend together. */
  first_use?: true;
  /** It needed an approval, and has had to wait for one. */
  approval_id?: string;
  /** It needed an approval, and this standing grant was one: the payment counts against it. */
  grant_id?: string;
  /** Hash of the challenge that the payment answers: only a token for it redeems the hold (x402). */
  terms_hash?: string;
  /** Book time of the authorization: the moment whose windows, and whose day in reports, the payment counts in (D5). */
  authorized_at: number;
}

export interface PaymentAuthorized extends EventHeader, PaymentDetails, PaymentDecided {
  type: 'payment.authorized';
  postings: readonly Posting[];
  windows: readonly OpenedWindow[];
  expires_at: number;
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

export interface AgentRegistered extends EventHeader {
  type: 'agent.registered';
  agent_id: string;
  handle: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  parent_agent_id?: string;
  limits: readonly LimitDefinition[];
  /** Where an identity is taken over: what each windowed limit that is new starts from (D5). */
  starts?: readonly LimitStart[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  breakers?: Breakers;
  funding: 'treasury' | 'own';
  labels: Labels;
  /** Absent for agents registered on first use: they have no token until they are taken over. */
  token_hash?: string;
  revocation_id?: string;
  /** Set where a registration takes over the identity of an agent known by first use. */
  replaces?: true;
}

export interface AgentChanged extends EventHeader {
  type: 'agent.changed';
  agent_id: string;
  limits?: readonly LimitDefinition[];
  /** What each windowed limit that is new starts from, loaded from the log (D5). */
  starts?: readonly LimitStart[];
  protocols?: readonly Protocol[] | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

export interface AgentFrozen extends EventHeader {
  type: 'agent.frozen';
  agent_id: string;
  reason: string;
  /** The breaker that froze it, where the book did so itself. */
  breaker?: string;
}
export interface AgentUnfrozen extends EventHeader {
  type: 'agent.unfrozen';
  agent_id: string;
}
export interface AgentRevoked extends EventHeader {
  type: 'agent.revoked';
  agent_id: string;
  revocation_id: string;
}
export interface AgentTokenRotated extends EventHeader {
  type: 'agent.token_rotated';
  agent_id: string;
  token_hash: string;
  /** Until then the token before it still opens the door. */
  previous_until: number;
}

/** The holder of the address's key has agreed that it is this agent's: what it signs is paid as the agent, and paid to it. */
export interface AgentAddressRegistered extends EventHeader {
  type: 'agent.address_registered';
  agent_id: string;
  /** In lower case. */
  address: string;
  /** What was signed with the key, over a text that names org, agent and address. */
  proof: AddressProof;
}
export interface AddressProof {
  signature: string;
  /** The text's own end, as it was written there. */
  expires?: string;
}
export interface AgentAddressRemoved extends EventHeader {
  type: 'agent.address_removed';
  agent_id: string;
  address: string;
}

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

export interface WalletToppedUp extends EventHeader {
  type: 'wallet.topped_up';
  topup_id: string;
  wallet_id: string;
  amount: UnitsText;
  asset: Asset;
  reference?: string;
  postings: readonly Posting[];
}

export interface WalletOpened extends EventHeader {
  type: 'wallet.opened';
  wallet_id: string;
  kind: NamedWalletKind;
  name: string;
  asset: Asset;
}

/** What was asked of a transfer between wallets of the org, whether it passed or not. */
export interface TransferDetails {
  transfer_id: string;
  from_wallet_id: string;
  to_wallet_id: string;
  amount: UnitsText;
  asset: Asset;
  reason?: string;
}

export interface WalletTransferred extends EventHeader, TransferDetails {
  type: 'wallet.transferred';
  postings: readonly Posting[];
}

/** The wallet had not the money: refused, and recorded. */
export interface WalletTransferRefused extends EventHeader, TransferDetails {
  type: 'wallet.transfer_refused';
  decline: Decline;
}

/** A top-up that names an agent raises its lifetime cap. */
export interface AgentCapRaised extends EventHeader {
  type: 'agent.cap_raised';
  agent_id: string;
  topup_id: string;
  amount: UnitsText;
  asset: Asset;
  reference?: string;
}

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

/** In the payer's book: the payee's book has the money, which is on its way no longer (D15). */
export interface ClearingSettled extends EventHeader {
  type: 'clearing.settled';
  payment_id: string;
  amount: UnitsText;
  asset: Asset;
  payee_org: string;
  payee: { agent_id: string; handle: string };
}

/** Where money from another book comes from. */
export interface ClearingSource {
  source_org: string;
  payment: string;
  handle: string;
}

/** In the payee's book: money of another book's payment has reached its agent. */
export interface ClearingCredited extends EventHeader {
  type: 'clearing.credited';
  /** That of `source`, under which a refund finds it; absent in events from before there were refunds. */
  payment_id?: string;
  source: ClearingSource;
  payee: { agent_id: string; handle: string };
  amount: UnitsText;
  asset: Asset;
  /** As the payment in the other book names it. */
  request_id?: string;
  postings: readonly Posting[];
}

/** In the payee's book: it does not take the money, and will not whatever happens later. */
export interface ClearingRefused extends EventHeader {
  type: 'clearing.refused';
  source: ClearingSource;
  amount: UnitsText;
  asset: Asset;
  decline: Decline;
}

/** What the payee's book says of a refund to another book. */
export interface ClearingRefundDetails {
  payment_id: string;
  source: ClearingSource;
  payee: { agent_id: string; handle: string };
  asset: Asset;
  /** All that was ever credited of the payment, and when. */
  credited_total: UnitsText;
  credited_at: number;
}

/** In the payee's book: money of a credit has left the payee's wallet and is on its way back (D15). */
export interface ClearingRefunded extends EventHeader, ClearingRefundDetails {
  type: 'clearing.refunded';
  /** The refund's in both books. */
  refund_id: string;
  refunded: UnitsText;
  refunded_total: UnitsText;
  reason?: string;
  postings: readonly Posting[];
}

/** In the payee's book: the payee had not the money to give back. */
export interface ClearingRefundRefused extends EventHeader, ClearingRefundDetails {
  type: 'clearing.refund_refused';
  decline: Decline;
}

/** In the payee's book: the payer's book has taken a refund, which is on its way no longer. */
export interface ClearingReturned extends EventHeader {
  type: 'clearing.returned';
  payment_id: string;
  refund_id: string;
  amount: UnitsText;
  asset: Asset;
}

/** Who asks whom for money; on every event of a payment request, so that views never need an earlier one (D7). */
export interface RequestParties {
  request_id: string;
  payee: { agent_id: string; handle: string };
  payer: RequestPayer;
}

/** An agent asks another, of its org or of another one, for money. Stands in the payee's book. */
export interface RequestOpened extends EventHeader, RequestParties {
  type: 'request.opened';
  amount: UnitsText;
  asset: Asset;
  labels: Labels;
  category?: string;
  expires_at?: number;
  /** Salted hash of the memo, whose text lies beside the log for a while (D20). */
  memo_hash?: string;
}

/** Stands in the payee's book, in one decision with the payment or with its credit. */
export interface RequestPaid extends EventHeader, RequestParties {
  type: 'request.paid';
  payment: string;
}

export interface RequestCancelled extends EventHeader, RequestParties {
  type: 'request.cancelled';
}

export interface RequestDeclined extends EventHeader, RequestParties {
  type: 'request.declined';
}

/** What the payer's book says of a request of another org. */
export interface RequestAbroad {
  request_id: string;
  payment: string;
  payer: { agent_id: string; handle: string };
  payee: ForeignPayee;
}

/** In the payer's book: this payment pays it, and no other will. */
export interface RequestPaymentSent extends EventHeader, RequestAbroad {
  type: 'request.payment_sent';
}

/** In the payer's book: that payment came back, so that another may pay it. */
export interface RequestPaymentReversed extends EventHeader, RequestAbroad {
  type: 'request.payment_reversed';
}

export type RequestEnded = RequestPaid | RequestCancelled | RequestDeclined;

export type RequestEvent = RequestOpened | RequestEnded | RequestPaymentSent | RequestPaymentReversed;

export type BookEvent =
  | PaymentEvent
  | RequestEvent
  | ClearingRefunded
  | ClearingRefundRefused
  | ClearingReturned
  | ClearingSettled
  | ClearingCredited
  | ClearingRefused
  | OrganizationCreated
  | OrganizationChanged
  | KeyIssued
  | KeyRevoked
  | AgentRegistered
  | AgentChanged
  | AgentFrozen
  | AgentUnfrozen
  | AgentRevoked
  | AgentTokenRotated
  | AgentAddressRegistered
  | AgentAddressRemoved
  | AgentCapRaised
  | SessionOpened
  | SessionChanged
  | SessionClosed
  | WalletToppedUp
  | ApprovalGrantCreated
  | ApprovalGrantRevoked
  | WalletOpened
  | WalletTransferred
  | WalletTransferRefused;

export type EventType = BookEvent['type'];

/** What a payment's later events repeat of an earlier one (D7). */
export function paymentDetails(payment: PaymentDetails): PaymentDetails {
  const { payment_id, amount, asset, payer, payee, protocol, session_id, labels, category, first_use, authorized_at } =
    payment;
  const details: PaymentDetails = {
    payment_id,
    amount,
    asset,
    payer,
    payee,
    protocol,
    ...(session_id === undefined ? {} : { session_id }),
    labels,
    ...(category === undefined ? {} : { category }),
    ...(first_use === undefined ? {} : { first_use }),
    authorized_at,
  };
  // Few have these, and on the hot path a condition costs less than a spread.
  if (payment.request_id !== undefined) details.request_id = payment.request_id;
  if (payment.approval_id !== undefined) details.approval_id = payment.approval_id;
  if (payment.grant_id !== undefined) details.grant_id = payment.grant_id;
  if (payment.terms_hash !== undefined) details.terms_hash = payment.terms_hash;
  return details;
}

/** Begins the keys that the owner itself makes; no caller's key may hold it. */
export const OWN_KEY = '§';

/** The key that an event binds, in its scope: the paying agent's for what decides a payment, else the org's (D6). */
export function boundKeyOf(event: BookEvent): { scope: string; key: string } | undefined {
  if (event.key === undefined) return undefined;
  if (event.key.startsWith(OWN_KEY)) return { scope: event.org, key: event.key };
  switch (event.type) {
    case 'payment.authorized':
    case 'payment.transferred':
    case 'payment.pending_approval':
    case 'payment.declined':
      return { scope: event.payer.agent_id, key: event.key };
    default:
      return { scope: event.org, key: event.key };
  }
}

/** The address under which an event is found by whoever does not know whose book it is in, and when. */
export function indexedAddressOf(event: BookEvent): { address: string; time: number } | undefined {
  if (event.type !== 'agent.address_registered' && event.type !== 'agent.address_removed') return undefined;
  return { address: event.address, time: event.time };
}

export function isPaymentEvent(event: BookEvent): event is PaymentEvent {
  return event.type.startsWith('payment.');
}

export function isRequestEvent(event: BookEvent): event is RequestEvent {
  return event.type.startsWith('request.');
}

/** The id under which the log's index finds an event again: that of its payment, or of its payment request. */
export function indexedIdOf(event: BookEvent): string | undefined {
  if (isRequestEvent(event)) return event.request_id;
  return 'payment_id' in event ? event.payment_id : undefined;
}
