import type {
  ApprovalThreshold,
  BookEvent,
  BreakerState,
  Command,
  Decline,
  FirstUseSettings,
  Payee,
  PaymentDetails,
  Query,
  RefusalCode,
  Role,
  SessionStatus,
  SpendLists,
  WalletKind,
} from '#domain';
import type { DecisionOnWire } from './wire-decision.js';

/** What callers send to a book's owner: several at once, since callers collect what arrives together. */
export interface OwnerRequest {
  commands: readonly (Command | Query)[];
}

/** A query's answer. Amounts are units as text. */
export interface AgentView {
  agent_id: string;
  handle: string;
  status: 'active' | 'frozen' | 'revoked';
  /** Why, where frozen. */
  status_reason?: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  parent_agent_id?: string;
  revocation_id?: string;
  funding: 'treasury' | 'own';
  protocols?: readonly string[];
  /** Whose keys pay as it, oldest first. */
  addresses?: readonly string[];
  /** What everything that it spends carries. */
  labels?: Readonly<Record<string, string>>;
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  breakers?: Omit<BreakerState, 'limits'> & { limits: readonly LimitView[] };
  policy_version: number;
  totals: readonly { asset: string; spent: string; held: string }[];
  limits: readonly LimitView[];
}

export interface LimitView {
  id: string;
  of: 'amount' | 'count' | 'held';
  per: string | { rolling_seconds: number };
  asset: string;
  time_zone?: string;
  /** Counts payments to this service, or to this agent, only. */
  service?: string;
  payee?: string;
  maximum: string;
  spent: string;
  held: string;
  remaining: string;
  /** How far a lowered limit is already passed. */
  over_by?: string;
  resets_at?: number;
  /** Rolling windows: how coarse they are; they never let through more than the exact window would. */
  granularity_seconds?: number;
}

export interface SessionView {
  session_id: string;
  parent_session_id?: string;
  agent_id?: string;
  mode: 'shared' | 'reserved';
  status: SessionStatus;
  asset: string;
  budget: string;
  spent: string;
  held: string;
  /** Carved out for reserved children. */
  carved: string;
  remaining: string;
  over_by?: string;
  labels: Readonly<Record<string, string>>;
  limits?: readonly LimitView[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  expires_at?: number;
  policy_version: number;
  /** At most 1,000 descendants, breadth first; `children_cut` says that there are more. */
  children?: readonly SessionView[];
  children_cut?: true;
}

export interface OrganizationView {
  org_id: string;
  name: string;
  default_asset: string;
  first_use: FirstUseSettings;
  limits: readonly LimitView[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  accept_foreign_payments: boolean;
  policy_version: number;
}

export interface PendingApprovalView {
  details: PaymentDetails;
  expires_at: number;
}

export interface GrantView {
  grant_id: string;
  agent?: { agent_id: string; handle: string };
  payee: Payee;
  limit: LimitView;
  expires_at?: number;
  policy_version: number;
}

export interface WalletView {
  wallet_id: string;
  kind: WalletKind;
  /** Of a wallet that was opened by name. */
  name?: string;
  owner: { kind: 'organization' | 'agent' | 'service' | 'clearing' | 'external'; id: string };
  asset: string;
  available: string;
  held: string;
}

export interface KeyView {
  key_id: string;
  role: Role;
  name: string;
  revoked: boolean;
}

export interface CredentialView {
  subject: string;
  kind: 'key' | 'agent' | 'session';
  role?: Role;
  agent_id?: string;
  session_id?: string;
}

/** A hold as its payee may see it before the work is done. */
export interface RedemptionView {
  payment_id: string;
  payer: { agent_id: string; handle: string };
  /** Units that it holds. */
  held: string;
  asset: string;
  /** Absent where it was made firm: it ends by being redeemed alone. */
  expires_at?: number;
}

/** What a payment's own events do not say and can never change, since parents are fixed at creation. */
export interface PaymentSurroundings {
  /** The payment's session and those above it, nearest first; absent where there is none. */
  session_path?: readonly string[];
  /** Where the payer is a scoped agent: the agent whose money and limits it spends. */
  on_behalf_of?: { agent_id: string; handle: string };
}

/** What a receipt needs of an event beside it, where the command asked for it. */
export interface EventEvidence extends PaymentSurroundings {
  /** Of the log's chain, as hex digits. */
  event_hash: string;
}

export type OwnerAnswer =
  /**
   * A command took effect (or did before, with the same key): the event from which the answer is made. `kept_beside`: what was to be kept
   * with it is; otherwise nobody says so, and it may be all the same.
   */
  | {
      kind: 'recorded';
      event: BookEvent;
      position: string;
      replayed?: true;
      evidence?: EventEvidence;
      kept_beside?: boolean;
    }
  /** Refused; `recorded` stands where the refusal itself is in the log (`payment.declined` and the like). */
  | { kind: 'refused'; refusal: Decline; recorded?: { event: BookEvent; position: string; replayed?: true } }
  | { kind: 'agent'; agent: AgentView }
  /** In order of their ids; `more`: others follow the last of these. */
  | { kind: 'agents'; agents: readonly AgentView[]; more: boolean }
  | { kind: 'decision'; decision: DecisionOnWire }
  | { kind: 'session'; session: SessionView }
  /** In order of their ids, none with what is below it; `more`: others follow the last of these. */
  | { kind: 'sessions'; sessions: readonly SessionView[]; more: boolean }
  | { kind: 'organization'; organization: OrganizationView }
  | { kind: 'foreign_payments'; accepted: boolean }
  /** In order of their ids; `more`: others follow the last of these. */
  | { kind: 'wallets'; wallets: readonly WalletView[]; more?: true }
  | { kind: 'keys'; keys: readonly KeyView[]; more: boolean }
  /** What waits for an approval, in order of the ids; `expires_at` of the waiting. */
  | { kind: 'approvals'; approvals: readonly PendingApprovalView[]; more: boolean }
  | { kind: 'grants'; grants: readonly GrantView[]; more: boolean }
  /** All events of one payment, oldest first. `as_payee`: the caller is paid and does not pay, and some may be left out. */
  | ({
      kind: 'payment';
      events: readonly { event: BookEvent; position: string }[];
      as_payee?: true;
    } & PaymentSurroundings)
  /** All events of one payment request in its payee's book, oldest first, and book time: it may be over by then. */
  | { kind: 'payment_request'; events: readonly { event: BookEvent; position: string }[]; time: number }
  /** The caller speaks for this agent of its org. */
  | { kind: 'asked_agent'; agent_id: string; handle: string }
  | { kind: 'credential'; credential: CredentialView }
  /** The hold can be redeemed for `amount`, by whom asks. */
  | { kind: 'redemption'; redemption: RedemptionView }
  /** What was signed could be settled now. */
  | { kind: 'signed_transfer'; payer: { agent_id: string; handle: string } }
  /** Fail closed (D19): 503, or 429 with `retry_after_ms`; the same key may be used again. */
  | { kind: 'unavailable'; code: UnavailableCode; retry_after_ms?: number };

export type UnavailableCode =
  | 'book_unavailable'
  | 'settlement_unavailable'
  | 'outcome_unknown'
  | 'not_owner'
  | 'deadline_passed'
  | 'rate_limited'
  | 'overloaded';

export type AnyRefusalCode = RefusalCode | UnavailableCode;

export interface OwnerResponse {
  answers: readonly OwnerAnswer[];
}

/** Amount fields of commands, which are `bigint` in memory and digits on the wire. */
const AMOUNT_FIELDS = ['amount', 'budget', 'initial_amount'] as const;

export function encodeOwnerRequest({ commands }: OwnerRequest): string {
  return JSON.stringify({ commands: commands.map(writtenCommand) });
}

/** A copy as it stands in an OwnerRequest: amounts are digits. Field by field, since a replacer is called for everything that a command holds. */
export function writtenCommand(command: Command | Query): Record<string, unknown> {
  const written = { ...command } as Record<string, unknown>;
  for (const field of AMOUNT_FIELDS) {
    const value = written[field];
    if (typeof value === 'bigint') written[field] = value.toString();
  }
  return written;
}

export function decodeOwnerRequest(text: string): OwnerRequest {
  const request = JSON.parse(text) as { commands: Record<string, unknown>[] };
  for (const command of request.commands) {
    for (const field of AMOUNT_FIELDS) {
      const value = command[field];
      if (typeof value === 'string') command[field] = BigInt(value);
    }
  }
  return request as unknown as OwnerRequest;
}
