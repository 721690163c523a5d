import type {
  AgentAnswer,
  DeclineFields,
  GrantAnswer,
  ListedApproval,
  PaymentAnswer,
  PaymentRequestStatus,
  PaymentStatus,
  ProblemDocument,
  Receipt,
  SessionAnswer,
  WalletAnswer,
  renderAgentStep,
  renderSessionClosed,
} from '#contracts';

export type {
  AddressesAnswer,
  AddressStepAnswer,
  AgentAnswer,
  AgentRegisteredAnswer,
  AgentSpendAnswer,
  ApprovalAnswer,
  ApprovalStatus,
  ApprovalStepAnswer,
  DecisionAnswer,
  DeclineFields,
  GrantAnswer,
  GrantCreatedAnswer,
  GrantRevokedAnswer,
  IncomingPayment,
  IncomingRefundAnswer,
  ListedApproval,
  OrganizationAnswer,
  PastDecisionAnswer,
  PaymentAnswer,
  PaymentRequestAnswer,
  PaymentRequestState,
  PaymentRequestStatus,
  PaymentRequestStepAnswer,
  PaymentState,
  PaymentStatus,
  PaymentStepAnswer,
  PolicyChangeAnswer,
  ProblemDocument,
  Receipt,
  ReceiptClaims,
  ScopedAgentAnswer,
  SessionAnswer,
  SessionOpenedAnswer,
  TopUpAnswer,
  TransferAnswer,
  WalletAnswer,
  WalletOpenedAnswer,
  WhoamiAnswer,
} from '#contracts';

/** A refusal as a value, where a call asks for it with `declines: 'return'`. */
export interface Declined {
  status: 'declined';
  /** The recorded refusal's id; absent where the refusal was not recorded. */
  payment_id?: string;
  position?: string;
  /** The version of the rules that it was declined by. */
  policy_version?: number;
  decline: ProblemDocument;
  idempotency_key?: string;
}

/** What the bus answers to an intent; a refusal is a value here, with `status: 'declined'` and `decline`. */
export type IntentAnswer = { idempotency_key: string } & (
  | (PaymentAnswer & { status: Exclude<PaymentStatus, 'declined'> })
  | {
      status: 'declined';
      payment_id?: string;
      position?: string;
      policy_version?: number;
      decline: DeclineFields | ProblemDocument;
    }
);

export type AgentStepAnswer = ReturnType<typeof renderAgentStep>;
/** `token` is shown once; absent in the answer to a repeated key. */
export type TokenRotatedAnswer = Extract<AgentStepAnswer, { previous_token_until: unknown }>;
export type SessionClosedAnswer = ReturnType<typeof renderSessionClosed>;

export interface Page {
  /** Null at the end. A page may hold fewer items than `limit` asks for, even none, and still have a next one. */
  next_cursor: string | null;
}

export interface AgentPage extends Page {
  agents: AgentAnswer[];
}

export interface SessionPage extends Page {
  sessions: SessionAnswer[];
}

/** A recorded payment that a draft would have decided otherwise. */
export interface OtherwiseDecided {
  payment_id: string;
  agent_id: string;
  amount: string;
  currency: string;
  decided_at: string;
  decline: DeclineFields;
}

export interface PolicySimulation {
  judged: number;
  would_refuse: number;
  would_pass: number;
  rules: { rule: string; code: string; payments: number; currency: string; amount: string }[];
  /** The first 100 of each. */
  refused: OtherwiseDecided[];
  passed: OtherwiseDecided[];
  /** False where the log was too long for one call: it was judged until `judged_until`. */
  complete: boolean;
  judged_until: string;
}

export interface WalletPage extends Page {
  wallets: WalletAnswer[];
}

export interface ApprovalPage extends Page {
  approvals: ListedApproval[];
}

export interface GrantPage extends Page {
  grants: GrantAnswer[];
}

/** A payment in a list: from the read models, so without what an owner alone knows. Money as decimal strings. */
export interface PaymentItem {
  payment_id: string;
  status: PaymentStatus;
  amount: string;
  amount_held: string;
  amount_captured: string;
  amount_refunded: string;
  currency: string;
  payer: { agent_id: string; handle: string | null };
  payee: { agent_id: string; handle: string | null } | { service: string } | { payee_org: string; handle: string };
  session_id: string | null;
  labels: Readonly<Record<string, string>>;
  protocol: string;
  category: string | null;
  request_id?: string;
  decided_at: string;
  expires_at: string | null;
  /** It has needed an approval. */
  approval_id?: string;
  receipt_id: string;
  position: string;
  decline?: DeclineFields;
}

/** A payment request in a list. Money as decimal strings. */
export interface PaymentRequestItem {
  request_id: string;
  status: PaymentRequestStatus;
  payee: { agent_id: string; handle: string | null } | { payee_org: string; handle: string };
  payer: { agent_id: string; handle: string | null } | { payer_org: string; handle: string };
  amount: string;
  currency: string;
  /** Only for the payee's org, as `position`. */
  labels?: Readonly<Record<string, string>>;
  category: string | null;
  opened_at: string;
  expires_at: string | null;
  ended_at: string | null;
  payment_id: string | null;
  position?: string;
}

export interface PaymentRequestPage extends Page {
  payment_requests: PaymentRequestItem[];
}

export interface PaymentPage extends Page {
  payments: PaymentItem[];
}

/** What is receipted, unsigned: `receipts.get` reads the signed receipt of each. */
export interface ReceiptPage extends Page {
  receipts: PaymentItem[];
}

/** The public keys that receipts are verified with, each with the time that it signs for in seconds. */
export interface Jwks {
  keys: { kty: string; crv: string; x: string; kid: string; use: string; alg: string; nbf: number; exp: number }[];
}

/** One event of the log: amounts are smallest units as text, times milliseconds since the epoch. */
export interface LogEvent {
  /** `evt_<partition>_<position>` */
  id: string;
  /** `<partition>:<position>`; also the cursor from which to read on. */
  position: string;
  type: string;
  /** ISO 8601. */
  time: string;
  event: Readonly<Record<string, unknown>>;
}

export interface EventPage extends Page {
  events: LogEvent[];
  /** How far the log was read: the cursor to go on from later, also where `next_cursor` is null. */
  position: string;
}

/** Money as decimal strings; each dimension that was grouped by is a field beside them. */
export interface SpendFigures {
  currency: string;
  spent: string;
  held: string;
  earned: string;
  refunded: string;
  payments: number;
  declined: number;
}

/** Has the fields of what it was grouped by; null is the row of what has none, such as no label. */
export interface SpendRow extends SpendFigures {
  agent?: string | null;
  agent_id?: string | null;
  handle?: string | null;
  label?: string | null;
  session?: string | null;
  session_id?: string | null;
  parent_session_id?: string | null;
  service?: string | null;
  protocol?: string | null;
  counterparty?: string | null;
  counterparty_handle?: string | null;
  /** `2026-01-31`, in UTC. */
  day?: string;
}

export interface SpendReport extends Page {
  rows: SpendRow[];
  /** In USD: each payment once, however many labels it has. */
  total: SpendFigures;
  /** One for each currency that occurs. */
  totals: SpendFigures[];
  /** The position of the log that the figures reflect. */
  position: string;
  as_of: string;
}

export interface IntegrityAnswer {
  status: 'whole' | 'broken' | 'verifying';
  events?: number;
  /** Up to where the log was verified. */
  position: string | null;
  head?: string;
  hash?: string | null;
  faults?: { position: string; kind: string; detail: string }[];
  verified_at?: string;
}

export interface KeyIssuedAnswer {
  key_id: string;
  /** Shown once; absent in the answer to a repeated key. */
  token?: string;
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
  issued_at: string;
  position: string;
}

export interface OrganizationOpenedAnswer {
  org_id: string;
  name: string;
  currency: string;
  /** Its `token` is shown once; absent in the answer to a repeated key. */
  admin_key: { key_id: string; token?: string };
  opened_at: string;
  position: string;
}

export interface ListedKey {
  key_id: string;
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
  revoked: boolean;
}

export interface KeyPage extends Page {
  keys: ListedKey[];
}

export interface KeyRevokedAnswer {
  key_id: string;
  status: 'revoked';
  revoked_at: string;
  position: string;
}

/** A hold for what a 402 asks, and the token that its payee redeems once. */
export interface ResolvedChallenge {
  payment_id: string;
  hold_id: string;
  payment_token: string;
  header_name: 'X-Payment' | 'X-PAYMENT' | 'PAYMENT-SIGNATURE' | 'Authorization';
  /** What the retry of the request carries under that name. */
  header_value: string;
  /** The header, decoded; not in the older form. */
  payment_payload?: { x402Version: number; payload: Record<string, unknown>; extensions?: Record<string, unknown> };
  accepted?: Record<string, unknown>;
  amount: string;
  currency: string;
  payer: { agent_id: string; handle: string };
  payee: string;
  scheme: 'exact' | 'upto';
  network: string;
  session_id: string | null;
  expires_at: string;
  receipt_id: string;
  position: string;
}

export interface RedeemedToken {
  payment_id: string;
  status: 'captured';
  amount_captured: string;
  currency: string;
  payer: { agent_id: string; handle: string };
  payee: object;
  protocol: string;
  recorded_at: string;
  receipt_id: string;
  position: string;
  /** Null where the payer is of another org: read it when the money has arrived. */
  receipt: Receipt | null;
}

/** A resource that was paid for here, as the published clients of x402 read it. */
export interface DiscoveredResource {
  resource: string;
  type: 'http' | 'mcp';
  x402Version: 1 | 2;
  /** The terms on which it was paid here, the newest first. */
  accepts: Record<string, unknown>[];
  lastUpdated: string;
  description?: string;
  mimeType?: string;
  serviceName?: string;
  tags?: string[];
  iconUrl?: string;
  extensions: Record<string, unknown>;
}

export interface DiscoveryPage {
  x402Version: 2;
  items: DiscoveredResource[];
  pagination: { limit: number; offset: number; total: number };
}

export interface DiscoverySearchPage {
  x402Version: 2;
  resources: DiscoveredResource[];
  /** More were found than this page shows. */
  partialResults: boolean;
  pagination: { limit: number; cursor: string | null };
}

/** What became of a settlement whose answer was lost. Amounts in atomic units. */
export interface SettlementStatus {
  transaction: string;
  network: string;
  payment_id: string;
  state: 'held' | 'captured' | 'released' | 'expired' | 'refunded' | 'declined';
  /** The payee has made the hold firm. */
  firm: boolean;
  amount: string;
  refunded: string;
  asset: string;
  payer: string;
  payee: Record<string, unknown>;
  expires_at: string | null;
  recorded_at: string;
  receipt_id: string;
  position: string;
}

export interface HealthAnswer {
  status: 'ok' | 'unavailable';
  checks: Readonly<Record<string, string>>;
}

/** `answer` is the protocol's own, also where its `outcome` is not `ok`; `problem` says why there is none. */
export type EnvelopeAnswer = { idempotency_key: string; call: string } & (
  | { outcome: 'ok' | 'pending' | 'malformed' | 'unauthorized' | 'forbidden'; answer: Record<string, unknown> }
  | { outcome: 'refused'; problem: ProblemDocument }
);

/** What stands beside a paid service's own answer. */
export interface ServiceAnswer {
  receipt_id: string;
  /** What the call did cost, in credits. */
  credits_spent: number;
  receipt: Receipt;
  /** The sandbox answered: nothing of it is real but the payment. */
  sandbox?: true;
  /** A repeated key, after the service's own answer has passed its retention. */
  answer_expired?: true;
}

/** A service of the catalogue. */
export interface ServiceItem {
  name: string;
  title: string;
  description?: string;
  category: string;
  enabled: boolean;
  /** Who answers: the provider, the sandbox in its stead, or nobody until it has a secret. */
  mode: 'live' | 'sandbox' | 'needs_secret';
  source: 'deployment' | 'organization';
  typed_call?: 'search' | 'email' | 'image' | 'sms';
  /** For people to read. */
  price: string;
  max_credits_recommended: string;
  /** Its fields: type, required, default, bounds. */
  payload: Readonly<Record<string, unknown>>;
  /** What its secret consists of; empty where it needs none. */
  secret_parts: string[];
}

export interface ServiceInFull extends ServiceItem {
  definition: Readonly<Record<string, unknown>>;
}

export interface ServicesAnswer {
  services: ServiceItem[];
}

export interface ServiceRemovedAnswer {
  name: string;
  removed: true;
}
