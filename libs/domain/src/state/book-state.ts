import type { OpenRequest } from '../payment-requests.js';
import type { Table } from '../table.js';
import type {
  Address,
  Agent,
  BookInfo,
  Grant,
  Handle,
  Key,
  OpenClearing,
  OpenPayment,
  OpenReturn,
  Organization,
  PendingApproval,
  Session,
  Wallet,
} from './entities.js';

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
