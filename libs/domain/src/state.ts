import type { Asset } from './money.js';
import type { FirstUseSettings, Labels, PaymentDetails, Protocol, Role, SessionMode } from './events.js';
import type { LimitState, TotalsByAsset } from './usage.js';
import { BaseTable, OverlayTable, type Table } from './table.js';

/**
 * Entities belong to their table: `evolve` changes those that `edit` hands it, or puts new ones, so that an overlay can be
 * dropped whole. What hangs below an entity (limits, totals, labels) is never changed in place.
 */
export interface Organization {
  id: string;
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  first_use_agents: number;
  /** What agents known by first use may spend together. */
  first_use_limits: readonly LimitState[];
  totals: TotalsByAsset;
}

export interface Key {
  id: string;
  role: Role;
  name: string;
  token_hash: string;
  revoked: boolean;
}

export interface Agent {
  id: string;
  handle: string;
  status: 'active' | 'frozen' | 'revoked';
  status_reason?: string;
  origin: 'explicit' | 'first_use' | 'scoped';
  /** Book time at which it was first known. */
  registered_at: number;
  parent_id?: string;
  limits: readonly LimitState[];
  protocols?: readonly Protocol[];
  funding: 'treasury' | 'own';
  labels: Labels;
  tokens: readonly { hash: string; until?: number }[];
  revocation_id?: string;
  totals: TotalsByAsset;
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
  wallet_id?: string;
  token_hash: string;
  spent: bigint;
  held: bigint;
  /** Carved out for reserved sessions below and not yet spent by them. */
  carved: bigint;
  /** The children as a linked list: a parent of a million stays one object. */
  first_child?: string;
  next_sibling?: string;
}

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
  status: 'authorized' | 'dispatched' | 'outcome_unknown';
  held: bigint;
  captured: bigint;
  expires_at: number;
  unknown_at?: number;
}

export interface BookInfo {
  id: string;
  sequence: number;
  time: number;
}

export interface BookState {
  readonly book: Table<BookInfo>;
  readonly organizations: Table<Organization>;
  readonly keys: Table<Key>;
  readonly agents: Table<Agent>;
  /** Handle → id of the agent that has it now. */
  readonly handles: Table<{ id: string; agent_id: string }>;
  readonly sessions: Table<Session>;
  readonly wallets: Table<Wallet>;
  readonly payments: Table<OpenPayment>;
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

export function setBookInfo(state: BookState, info: BookInfo): void {
  state.book.set(BOOK, info);
}

export function setOrganization(state: BookState, organization: Organization): void {
  state.organizations.set(BOOK, organization);
}

export class Book implements BookState {
  readonly book = new BaseTable<BookInfo>();
  readonly organizations = new BaseTable<Organization>();
  readonly keys = new BaseTable<Key>();
  readonly agents = new BaseTable<Agent>();
  readonly handles = new BaseTable<{ id: string; agent_id: string }>();
  readonly sessions = new BaseTable<Session>();
  readonly wallets = new BaseTable<Wallet>();
  readonly payments = new BaseTable<OpenPayment>();
}

/** What a cycle has decided and not yet written. */
export class BookOverlay implements BookState {
  readonly book: OverlayTable<BookInfo>;
  readonly organizations: OverlayTable<Organization>;
  readonly keys: OverlayTable<Key>;
  readonly agents: OverlayTable<Agent>;
  readonly handles: OverlayTable<{ id: string; agent_id: string }>;
  readonly sessions: OverlayTable<Session>;
  readonly wallets: OverlayTable<Wallet>;
  readonly payments: OverlayTable<OpenPayment>;

  constructor(base: Book) {
    this.book = new OverlayTable(base.book);
    this.organizations = new OverlayTable(base.organizations);
    this.keys = new OverlayTable(base.keys);
    this.agents = new OverlayTable(base.agents);
    this.handles = new OverlayTable(base.handles);
    this.sessions = new OverlayTable(base.sessions);
    this.wallets = new OverlayTable(base.wallets);
    this.payments = new OverlayTable(base.payments);
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
      tables.sessions,
      tables.wallets,
      tables.payments,
    ];
  }
}
