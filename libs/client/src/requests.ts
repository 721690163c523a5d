import type { ApprovalStatus } from '#contracts';

/**
 * Requests as callers write them. Amounts are decimals: strings are exact whatever the language, and a number is sent as
 * JavaScript writes it, so write `0.05` and not the sum of floats.
 */
export type Amount = number | string;

export interface PaymentRequest {
  /** Handle or id of the agent that is paid; instead of `service`. */
  payee?: string;
  /** Id of the org of `payee`, where it is another one. */
  payee_org?: string;
  /** Name of the service that is paid; instead of `payee`. */
  service?: string;
  /** The most that may be spent. */
  amount: Amount;
  /** Default: USD. */
  currency?: string;
  /** true: authorize and capture in one decision; false (default): hold. */
  capture?: boolean;
  /** Who pays: handle or id. With an org key; an agent's token pays for itself or an agent below it. */
  agent_id?: string;
  session_id?: string;
  /** One opaque string to attribute the cost to. */
  label?: string;
  labels?: Readonly<Record<string, string>>;
  category?: string;
  /** A word for what is paid, such as an order number; or the id of the payment request that this pays. */
  request_id?: string;
  /** Never enters the log. */
  memo?: string;
  /** Seconds that a hold lives. */
  expires_in?: number;
  /** The same key gives the same answer for ever; the client makes one where there is none. */
  idempotency_key?: string;
}

/** Money that an agent asks another for. */
export interface OpenPaymentRequestRequest {
  /** Who is to have the money: handle or id. Default: the agent whose token asks. */
  payee?: string;
  /** Who is asked: handle or id. */
  payer: string;
  /** Id of the org of `payer`, where it is another one. */
  payer_org?: string;
  amount: Amount;
  /** Default: USD. */
  currency?: string;
  label?: string;
  /** The payee's own: they do not stand on the payment. */
  labels?: Readonly<Record<string, string>>;
  /** The payment has it too. */
  category?: string;
  /** For payee and payer to read; never enters the log. */
  memo?: string;
  /** Seconds; absent: it is open until it is paid, cancelled or declined. */
  expires_in?: number;
  idempotency_key?: string;
}

export interface PayPaymentRequestRequest {
  /** Id of the org that asks, where it is another one. */
  payee_org?: string;
  session_id?: string;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  idempotency_key?: string;
}

export interface PaymentRequestsQuery {
  /** payee (default): what agents of the org ask for. payer: what they are asked for. */
  as?: 'payee' | 'payer';
  /** Handle or id of the agent on that side. */
  agent?: string;
  status?: 'open' | 'paid' | 'cancelled' | 'declined' | 'expired';
  limit?: number;
  cursor?: string;
}

export interface CaptureRequest {
  /** Default: all that is held. */
  amount?: Amount;
  currency?: string;
  /** Release what is left of the hold. Default: true. */
  final?: boolean;
}

export interface RefundRequest {
  /** Default: all that was captured and not yet given back. */
  amount?: Amount;
  currency?: string;
  /** Stands in the log for ever: no place for personal data. */
  reason?: string;
}

export interface Limit {
  of: 'amount' | 'count' | 'held';
  per:
    | 'payment'
    | 'minute'
    | 'hour'
    | 'day'
    | 'week'
    | 'month'
    | 'quarter'
    | 'year'
    | 'lifetime'
    | { rolling_seconds: number };
  max: Amount;
  currency?: string;
  /** IANA name; calendar windows only. Default: UTC. */
  time_zone?: string;
  /** A limit on a pair: counts only payments to this service, or to this agent. */
  service?: string;
  payee?: string;
}

export interface ListEntries {
  services?: readonly string[];
  /** Agents, by id or handle. */
  payees?: readonly string[];
  payee_orgs?: readonly string[];
  categories?: readonly string[];
  protocols?: readonly AgentProtocol[];
}

/** Deny wins; an empty allow list allows nothing, an absent one is no rule. */
export interface SpendLists {
  allow?: ListEntries;
  deny?: ListEntries;
  /** Times of the local week at which money may be spent, such as `{days: ['mon'], from: '09:00', to: '17:00'}`. */
  hours?: {
    time_zone: string;
    open: readonly { days: readonly Weekday[]; from: string; to: string }[];
  };
}

/** When the book freezes the agent by itself; each is off unless given. */
export interface Breakers {
  declines_in_a_row?: number;
  failures_in_a_row?: number;
  limits?: readonly Limit[];
  expected?: { services?: readonly string[]; payees?: readonly string[] };
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export type AgentProtocol = 'direct' | 'x402' | 'acp' | 'ap2';

/** Payments above this amount wait for an approval; in another currency, all do. */
export interface ApprovalAbove {
  amount: Amount;
  currency?: string;
}

export interface RegisterAgentRequest {
  handle: string;
  /** Lifetime cap. 0 means 0; absent means no limit of that kind. */
  spending_cap?: { amount: Amount; currency?: string };
  per_tx_limit?: Amount;
  daily_cap?: Amount;
  limits?: readonly Limit[];
  /** Allow list; absent means all. */
  protocols?: readonly AgentProtocol[];
  lists?: SpendLists;
  approval_above?: ApprovalAbove;
  breakers?: Breakers;
  funding?: 'treasury' | 'own';
  parent_agent_id?: string;
}

/** What is named is set; null lifts a limit. */
export interface ChangeAgentRequest {
  spending_cap?: { amount: Amount; currency?: string } | null;
  per_tx_limit?: Amount | null;
  daily_cap?: Amount | null;
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly Limit[];
  protocols?: readonly AgentProtocol[] | null;
  /** All lists anew; null lifts them. */
  lists?: SpendLists | null;
  approval_above?: ApprovalAbove | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

export interface SpendAuthRequest {
  /** Whose money it is: handle or id. Default: the token's own agent. */
  agent_id?: string;
  /** The most that may be spent in all. 0 means 0. */
  limit_usd: Amount;
  /** Everything that the scoped agent spends carries it. */
  label?: string;
  labels?: Readonly<Record<string, string>>;
}

export interface OpenSessionRequest {
  budget: Amount;
  currency?: string;
  /** For people; never enters the log. */
  description?: string;
  /** Who pays where a payment in the session names no agent. */
  agent_id?: string;
  participants?: readonly string[];
  parent_session_id?: string;
  /** shared (default): a cap over the parent's money; reserved: carved out of it. */
  mode?: 'shared' | 'reserved';
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** In the currency of the budget; they count all payments below. */
  limits?: readonly Limit[];
  lists?: SpendLists;
  approval_above?: ApprovalAbove;
  /** All payments in the session draw on this wallet. */
  wallet_id?: string;
  /** Seconds from now. */
  expires_in?: number;
}

export interface ChangeSessionRequest {
  budget?: Amount;
  currency?: string;
  /** Seconds from now; null lifts the expiry. */
  expires_in?: number | null;
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly Limit[];
  /** All lists anew; null lifts them. */
  lists?: SpendLists | null;
  /** For keys of operators; null lifts it. */
  approval_above?: ApprovalAbove | null;
}

export interface ChangeOrganizationRequest {
  name?: string;
  /** What all agents may spend together; the whole new list. */
  limits?: readonly Limit[];
  lists?: SpendLists | null;
  approval_above?: ApprovalAbove | null;
  /** False: payments from other orgs are refused for good, and come back to who pays. */
  accept_foreign_payments?: boolean;
  /** Defaults for agents that the org has never seen. */
  first_use?: {
    enabled?: boolean;
    per_payment?: Amount;
    per_day?: Amount;
    agents_maximum?: number;
    together_per_day?: Amount;
  };
}

export interface CreateGrantRequest {
  /** Who may use it; absent means any agent. */
  agent_id?: string;
  /** Handle or id of the agent that is paid; instead of `service`. */
  payee?: string;
  service?: string;
  /** The most that may be spent under it in each period. */
  amount: Amount;
  currency?: string;
  per: Exclude<Limit['per'], 'payment'>;
  time_zone?: string;
  /** Seconds; absent: it stands until it is revoked. */
  expires_in?: number;
}

export interface ApprovalsQuery extends PageQuery {
  /** Default: pending. */
  status?: ApprovalStatus;
}

/** A draft to run against recorded payments. */
export interface SimulatePolicyRequest {
  /** Of this agent and all below it. Without it and `session_id`: of the whole org. */
  agent_id?: string;
  /** Of this session and all below it. */
  session_id?: string;
  limits?: readonly Limit[];
  lists?: SpendLists;
  /** A day, or a time with its zone. */
  from: string;
  to?: string;
}

/** Names one of `wallet_id` (money comes in), `session_id` and `agent_id` (that limit is raised). */
export interface TopUpRequest {
  wallet_id?: string;
  session_id?: string;
  agent_id?: string;
  amount: Amount;
  currency?: string;
  /** Of the payment outside: the same reference again changes nothing. */
  reference?: string;
}

/** Between wallets of the organization, whose ids `wallets.list` gives. */
export interface TransferRequest {
  from_wallet_id: string;
  to_wallet_id: string;
  amount: Amount;
  currency?: string;
  /** Stands in the log for ever: no place for personal data. */
  reason?: string;
}

export interface OpenWalletRequest {
  kind: 'escrow' | 'fees';
  name: string;
  currency?: string;
}

export interface ExtendRequest {
  /** Seconds from now until which the hold is to live. */
  expires_in: number;
}

/** `captured` says how much; `voided` that nothing was taken. */
export interface ResolveRequest {
  outcome: 'captured' | 'voided';
  amount?: Amount;
  currency?: string;
}

export type ReportDimension = 'agent' | 'label' | 'session' | 'service' | 'protocol' | 'counterparty' | 'day';

export interface SpendReportQuery {
  /** Absent: only the totals. */
  group_by?: ReportDimension | readonly ReportDimension[];
  /** Times such as 2026-01-31T12:00:00Z, or days such as 2026-01-31 (their first moment in UTC). */
  from?: string;
  to?: string;
  agent?: string;
  /** As reports show it: a bare label, or `name=value`. Empty: unlabelled. */
  label?: string;
  /** With everything below it. Empty: outside of sessions. */
  session_id?: string;
  /** Empty: what did not go to a service. */
  service?: string;
  protocol?: AgentProtocol;
  /** An agent's id, or `service:<name>`. */
  counterparty?: string;
  currency?: string;
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export interface PaymentsQuery {
  /** Who pays. */
  agent?: string;
  session_id?: string;
  label?: string;
  status?: 'authorized' | 'captured' | 'voided' | 'expired' | 'declined' | 'refunded' | 'outcome_unknown';
  from?: string;
  to?: string;
  /** Default: newest_first. */
  order?: 'newest_first' | 'oldest_first';
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export type ReceiptsQuery = Omit<PaymentsQuery, 'status' | 'order'>;

export interface PageQuery {
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}

export interface AgentsQuery extends PageQuery {
  status?: 'active' | 'frozen' | 'revoked';
  /** Only agents directly below this one. */
  parent?: string;
}

export interface SessionsQuery extends PageQuery {
  status?: 'open' | 'expired' | 'closed';
  /** Only sessions directly below this one. */
  parent?: string;
}

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

export interface IssueKeyRequest {
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
}

interface DiscoveryFilters {
  /** The protocol by which the resource is called. */
  type?: 'http' | 'mcp';
  /** The payee, as the terms name him. */
  payTo?: string;
  scheme?: string;
  network?: string;
  extensions?: string;
  /** 1 to 100. Default: 20. */
  limit?: number;
}

export interface DiscoveryQuery extends DiscoveryFilters {
  offset?: number;
}

export interface DiscoverySearchQuery extends DiscoveryFilters {
  /** Words. */
  query: string;
  cursor?: string;
}

/** Calls of the payment protocols that can be published on the bus. */
export type EnvelopeCall = 'x402.resolve' | 'x402.verify' | 'x402.settle' | 'x402.redeem';

export interface EnvelopeRequest {
  call: EnvelopeCall;
  /** The body of the same call over HTTP. */
  body: object;
  /** With an org key: the agent that pays, or is paid. */
  agent_id?: string;
  /** Default: a new one. */
  idempotency_key?: string;
}

export interface ResolveChallengeRequest {
  /** The raw value of PAYMENT-REQUIRED or X-Payment-Required, the body of an x402 v1 answer, or any of them decoded. */
  challenge: string | object;
  /** Who pays. Default: the agent of the token. */
  agent_id?: string;
  session_id?: string;
  /** More than this is refused as `budget_exceeded`. */
  max_credits?: Amount;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** Used where the challenge has no nonce or payment-identifier of its own. */
  idempotency_key?: string;
}

export interface RedeemTokenRequest {
  /** What the payer sent in X-Payment. */
  payment_token: string;
  /** What was asked for in the challenge. */
  amount: Amount;
  currency?: string;
  /** Of the challenge. */
  nonce?: string;
  idempotency_key?: string;
}

export interface RegisterAddressRequest {
  /** Of an EVM account: `0x` and 40 hexadecimal digits. */
  address: string;
  /** Of the text that `addresses.list` gives, with the address in lower case, by personal_sign (EIP-191). */
  signature: string;
  /** Where the text ends with a line `Expires: <time>`: that time, just as it stands there. */
  expires?: string;
  idempotency_key?: string;
}

/** What calls of paid services have in common. */
export interface PaidCallOptions {
  /** Who pays: handle or id. Default: the token's agent, the session's, or the org's agent `default`. */
  agent_id?: string;
  session_id?: string;
  /** A call whose estimate is above it is refused as `budget_exceeded`, and nothing is spent. */
  max_credits?: Amount;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** The same key gives the same answer and is paid once; the client makes one where there is none. */
  idempotency_key?: string;
}

export interface TypedCallOptions extends PaidCallOptions {
  /** Another service than the default one. */
  service?: string;
}

export interface PayServiceRequest extends PaidCallOptions {
  /** Its name in the catalogue (`services.list`). */
  service: string;
  /** What the service is asked; `query` serves every search service, `url` every reading one. */
  payload: Readonly<Record<string, unknown>>;
}

export interface SearchRequest extends TypedCallOptions {
  query: string;
}

export interface EmailRequest extends TypedCallOptions {
  to: string;
  subject: string;
  body: string;
}

export interface ImageRequest extends TypedCallOptions {
  prompt: string;
}

export interface SmsRequest extends TypedCallOptions {
  /** Number in E.164, such as `+4930123456`. */
  to: string;
  body: string;
}

/** A service as data; `services.get` shows the definitions that there are. */
export type ServiceDefinition = Readonly<Record<string, unknown>>;
