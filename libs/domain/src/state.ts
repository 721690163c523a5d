import type { ApprovalThreshold } from './approvals.js';
import type { Asset } from './money.js';
import type { FirstUseSettings, Labels, PaymentDetails, Role, SessionMode } from './events/index.js';
import type { Payee, Protocol } from './parties.js';
import type { OpenRequest } from './payment-requests.js';
import type { SpendLists } from './lists.js';
import { copyBreakers, type BreakerState } from './breakers.js';
import { copyLimit, type LimitState, type TotalsByAsset } from './usage.js';
import { BaseTable, OverlayTable, type Table } from './table.js';

/**
 * Entities belong to their table: `evolve` changes those that `edit` hands it, or puts new ones, so that an overlay can be
 * dropped whole. Limits and totals belong to their entity and are changed in place with it, so they are copied with it;
 * whatever else hangs below one (labels, tokens, participants, a single usage) is never changed, only put anew.
 *
 * The `policy_version` of a scope is the sequence number of the last event that set its rules.
 */
export interface Organization {
  id: string;
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  first_use_agents: number;
  /** What agents known by first use may spend together. */
  first_use_limits: LimitState[];
  /** What everybody in the org may spend together. */
  limits: LimitState[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  /** Whether its agents take payments from other orgs. */
  accept_foreign_payments: boolean;
  totals: TotalsByAsset;
  policy_version: number;
  /** Of the last event that gave or took a grant; absent where there was none. */
  grants_version?: number;
}

export interface Key {
  id: string;
  role: Role;
  name: string;
  token_hash: string;
  revoked: boolean;
}

export type AgentStatus = 'active' | 'frozen' | 'revoked';

export interface Agent {
  id: string;
  handle: string;
  status: AgentStatus;
  status_reason?: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  /** Book time at which it was first known. */
  registered_at: number;
  parent_id?: string;
  limits: LimitState[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  /** How many of its payments wait for an approval. */
  pending?: number;
  /** How many of its payment requests stand in the book, those among them that are over by time. */
  requests?: number;
  breakers?: BreakerState;
  funding: 'treasury' | 'own';
  labels: Labels;
  tokens: readonly { hash: string; until?: number }[];
  /** Whose keys pay as it and to which it is paid, oldest first; absent where it has none, as most. */
  addresses?: readonly string[];
  revocation_id?: string;
  totals: TotalsByAsset;
  policy_version: number;
}

export interface Session {
  id: string;
  parent_id?: string;
  agent_id?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: bigint;
  mode: SessionMode;
  closed: boolean;
  expires_at?: number;
  labels: Labels;
  /** Absent where it has none, as most of a million have. */
  limits?: LimitState[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  wallet_id?: string;
  policy_version: number;
  token_hash: string;
  spent: bigint;
  held: bigint;
  /** Carved out for reserved sessions below and not yet spent by them. */
  carved: bigint;
  /** The children as a linked list: a parent of a million stays one object. */
  first_child?: string;
  next_sibling?: string;
}

export type SessionStatus = 'open' | 'expired' | 'closed';

export interface Wallet {
  id: string;
  asset: Asset;
  available: bigint;
  held: bigint;
}

/** A payment whose hold is open. Finished ones are dropped and come back as facts when they are needed (D17). */
export interface OpenPayment {
  id: string;
  details: PaymentDetails;
  status: 'pending_approval' | 'authorized' | 'dispatched' | 'outcome_unknown';
  held: bigint;
  captured: bigint;
  /** Of the hold; while it waits for an approval, of the waiting. */
  expires_at: number;
  unknown_at?: number;
}

/** What becomes of a payment that waits, once it is approved; the rest stands in the payment. */
export interface PendingApproval {
  id: string;
  payment_id: string;
  capture: boolean;
  hold_ms: number;
}

/** A standing approval, which is a cap too. */
export interface Grant {
  id: string;
  agent_id?: string;
  payee: Payee;
  /** Counts by itself, as a session's limits do. */
  limit: LimitState;
  expires_at?: number;
  policy_version: number;
}

/** Money that has left for another book and of which is not known yet whether that book took it (D15). */
export interface OpenClearing {
  id: string;
  details: PaymentDetails;
  amount: bigint;
}

/** Money that is given back to another book and of which is not known yet whether that book has it (D15). */
export interface OpenReturn {
  /** The refund's id. */
  id: string;
  payment_id: string;
  payer_org: string;
  payee: { agent_id: string; handle: string };
  amount: bigint;
  asset: Asset;
  reason?: string;
}

export interface BookInfo {
  id: string;
  sequence: number;
  time: number;
}

/** Handle → id of the agent that has it now. */
export interface Handle {
  id: string;
  agent_id: string;
}

/** An address, which has its own text as id, → the agent whose it is. */
export interface Address {
  id: string;
  agent_id: string;
}

export interface BookState {
  readonly book: Table<BookInfo>;
  readonly organizations: Table<Organization>;
  readonly keys: Table<Key>;
  readonly agents: Table<Agent>;
  readonly handles: Table<Handle>;
  readonly addresses: Table<Address>;
  readonly sessions: Table<Session>;
  readonly wallets: Table<Wallet>;
  readonly payments: Table<OpenPayment>;
  readonly requests: Table<OpenRequest>;
  readonly approvals: Table<PendingApproval>;
  readonly grants: Table<Grant>;
  readonly clearings: Table<OpenClearing>;
  readonly returns: Table<OpenReturn>;
}

const BOOK = 'book';

export function bookInfo(state: BookState): BookInfo {
  return state.book.get(BOOK) ?? { id: BOOK, sequence: 0, time: 0 };
}

export function organizationOf(state: BookState): Organization | undefined {
  return state.organizations.get(BOOK);
}

export function editOrganization(state: BookState): Organization | undefined {
  return state.organizations.edit(BOOK);
}

/** The event of this number and time is the book's last now. */
export function advanceBook(state: BookState, sequence: number, time: number): void {
  const info = state.book.edit(BOOK);
  if (!info) return state.book.set(BOOK, { id: BOOK, sequence, time });
  info.sequence = sequence;
  info.time = time;
}

export function setOrganization(state: BookState, organization: Organization): void {
  state.organizations.set(BOOK, organization);
}

function copyLimits(limits: readonly LimitState[]): LimitState[] {
  return limits.length === 0 ? [] : limits.map(copyLimit);
}

const copyOf = {
  book: (value: BookInfo): BookInfo => ({ ...value }),
  organization: (value: Organization): Organization => ({
    ...value,
    totals: { ...value.totals },
    first_use_limits: copyLimits(value.first_use_limits),
    limits: copyLimits(value.limits),
  }),
  key: (value: Key): Key => ({ ...value }),
  agent: (value: Agent): Agent => {
    const copy = { ...value, totals: { ...value.totals }, limits: copyLimits(value.limits) };
    if (value.breakers) copy.breakers = copyBreakers(value.breakers);
    return copy;
  },
  handle: (value: Handle): Handle => ({ ...value }),
  address: (value: Address): Address => ({ ...value }),
  session: (value: Session): Session => (value.limits ? { ...value, limits: copyLimits(value.limits) } : { ...value }),
  wallet: (value: Wallet): Wallet => ({ ...value }),
  payment: (value: OpenPayment): OpenPayment => ({ ...value }),
  request: (value: OpenRequest): OpenRequest => ({ ...value }),
  approval: (value: PendingApproval): PendingApproval => ({ ...value }),
  grant: (value: Grant): Grant => ({ ...value, limit: copyLimit(value.limit) }),
  clearing: (value: OpenClearing): OpenClearing => ({ ...value }),
  return: (value: OpenReturn): OpenReturn => ({ ...value }),
};

export class Book implements BookState {
  readonly book = new BaseTable<BookInfo>();
  readonly organizations = new BaseTable<Organization>();
  readonly keys = new BaseTable<Key>();
  readonly agents = new BaseTable<Agent>();
  readonly handles = new BaseTable<Handle>();
  readonly addresses = new BaseTable<Address>();
  readonly sessions = new BaseTable<Session>();
  readonly wallets = new BaseTable<Wallet>();
  readonly payments = new BaseTable<OpenPayment>();
  readonly requests = new BaseTable<OpenRequest>();
  readonly approvals = new BaseTable<PendingApproval>();
  readonly grants = new BaseTable<Grant>();
  readonly clearings = new BaseTable<OpenClearing>();
  readonly returns = new BaseTable<OpenReturn>();
}

/** What a cycle has decided and not yet written; or, on top of that, what would be if something else were so. */
export class BookOverlay implements BookState {
  readonly book: OverlayTable<BookInfo>;
  readonly organizations: OverlayTable<Organization>;
  readonly keys: OverlayTable<Key>;
  readonly agents: OverlayTable<Agent>;
  readonly handles: OverlayTable<Handle>;
  readonly addresses: OverlayTable<Address>;
  readonly sessions: OverlayTable<Session>;
  readonly wallets: OverlayTable<Wallet>;
  readonly payments: OverlayTable<OpenPayment>;
  readonly requests: OverlayTable<OpenRequest>;
  readonly approvals: OverlayTable<PendingApproval>;
  readonly grants: OverlayTable<Grant>;
  readonly clearings: OverlayTable<OpenClearing>;
  readonly returns: OverlayTable<OpenReturn>;

  constructor(base: BookState) {
    this.book = new OverlayTable(base.book, copyOf.book);
    this.organizations = new OverlayTable(base.organizations, copyOf.organization);
    this.keys = new OverlayTable(base.keys, copyOf.key);
    this.agents = new OverlayTable(base.agents, copyOf.agent);
    this.handles = new OverlayTable(base.handles, copyOf.handle);
    this.addresses = new OverlayTable(base.addresses, copyOf.address);
    this.sessions = new OverlayTable(base.sessions, copyOf.session);
    this.wallets = new OverlayTable(base.wallets, copyOf.wallet);
    this.payments = new OverlayTable(base.payments, copyOf.payment);
    this.requests = new OverlayTable(base.requests, copyOf.request);
    this.approvals = new OverlayTable(base.approvals, copyOf.approval);
    this.grants = new OverlayTable(base.grants, copyOf.grant);
    this.clearings = new OverlayTable(base.clearings, copyOf.clearing);
    this.returns = new OverlayTable(base.returns, copyOf.return);
  }

  merge(): void {
    for (const table of this.#tables()) table.merge();
  }

  discard(): void {
    for (const table of this.#tables()) table.discard();
  }

  #tables(): { merge(): void; discard(): void }[] {
    const tables = this;
    return [
      tables.book,
      tables.organizations,
      tables.keys,
      tables.agents,
      tables.handles,
      tables.addresses,
      tables.sessions,
      tables.wallets,
      tables.payments,
      tables.requests,
      tables.approvals,
      tables.grants,
      tables.clearings,
      tables.returns,
    ];
  }
}
