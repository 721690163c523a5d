import type { OpenRequest } from '../payment-requests.js';
import { copyBreakers } from '../breakers.js';
import { copyLimit, type LimitState } from '../usage.js';
import { BaseTable, OverlayTable } from '../table.js';
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
import type { BookState } from './book-state.js';

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
