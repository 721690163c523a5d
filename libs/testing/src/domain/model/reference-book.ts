import type { Asset, LimitDefinition, SpendLists } from '#domain';
import type { ReferenceRequest } from './reference-requests.js';
import { creditedTo, creditedWallets, type ReferenceCredit, type ReferenceReturn } from './reference-clearing.js';

/**
 * The book told plainly: lists of what exists and of what every payment came to. Every figure is added up anew each time it
 * is asked for. Shares no code with `decide` and `evolve`, only names; slow, and meant to be obviously right.
 */
export interface ReferenceAgent {
  id: string;
  handle: string;
  parent?: string;
  status: 'active' | 'frozen' | 'revoked';
  origin: 'explicit' | 'first_use' | 'scoped';
  /** It was known by first use before it was registered. */
  taken_over?: boolean;
  funding: 'treasury' | 'own';
  limits: ReferenceLimit[];
  lists?: SpendLists;
  approval_above?: ReferenceThreshold;
  /** Whose keys pay as it, oldest first. */
  addresses?: string[];
}

export interface ReferenceLimit {
  definition: LimitDefinition;
  /** It came to an agent that had spent before: a rolling one then forgets what was before later than it would have to. */
  added_to_live: boolean;
}

export interface ReferenceSession {
  id: string;
  parent?: string;
  asset: Asset;
  budget: bigint;
  mode: 'shared' | 'reserved';
  closed: boolean;
  expires_at?: number;
  wallet?: string;
  limits: ReferenceLimit[];
  lists?: SpendLists;
  approval_above?: ReferenceThreshold;
}

/** Above this amount a payment waits; one in another asset does whatever it comes to. */
export interface ReferenceThreshold {
  amount: bigint;
  asset: Asset;
}

export interface ReferenceGrant {
  id: string;
  agent?: string;
  /** The wallet that is paid. */
  to: string;
  asset: Asset;
  per: 'day' | 'lifetime';
  maximum: bigint;
  expires_at?: number;
}

export interface ReferencePayment {
  id: string;
  agent: string;
  asset: Asset;
  from: string;
  to: string;
  session?: string;
  first_use: boolean;
  authorized_at: number;
  expires_at: number;
  unknown_at?: number;
  /** It has waited for an approval, or does: what becomes of it then. */
  approval?: { capture: boolean; hold_ms: number };
  /** A token for it was given out. */
  answers_terms?: boolean;
  /** The grant that it was paid under. */
  grant?: string;
  /** The payment request that it names. */
  request?: string;
  status:
    | 'pending_approval'
    | 'authorized'
    | 'dispatched'
    | 'outcome_unknown'
    | 'captured'
    | 'voided'
    | 'expired'
    | 'declined';
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** Of a payment to another org: whether that took it or refused it; undefined while that is not known. */
  arrived?: boolean;
}

export interface ReferenceBook {
  time: number;
  sequence: number;
  /** What concerns everybody in the org. */
  limits: ReferenceLimit[];
  lists?: SpendLists;
  approval_above?: ReferenceThreshold;
  grants: ReferenceGrant[];
  agents: ReferenceAgent[];
  sessions: ReferenceSession[];
  payments: ReferencePayment[];
  topups: { wallet: string; asset: Asset; amount: bigint }[];
  transfers: { from: string; to: string; amount: bigint }[];
  /** Wallets that were opened by name. */
  opened: string[];
  /** What other orgs have paid, and what was given back of it. */
  credits: ReferenceCredit[];
  returns: ReferenceReturn[];
  /** Refunds that came from other orgs, and where they stand. */
  taken_back: { id: string; sequence: number }[];
  requests: ReferenceRequest[];
  /** Which payments have gone to pay requests of the other org, and have not come back. */
  sent: { request: string; payment: string }[];
  closed_to_others?: boolean;
  /** `told`: what another body under the same key is told, where that is not a conflict. */
  keys: { payer: string; key: string; fingerprint: string; sequence: number; told?: string; payment?: string }[];
}

export interface Figures {
  spent: bigint;
  held: bigint;
  count: number;
}

export const isOpen = (payment: ReferencePayment): boolean =>
  ['pending_approval', 'authorized', 'dispatched', 'outcome_unknown'].includes(payment.status);

/** A reserved session whose time is over is closed as soon as somebody looks; a shared one may be given more time. */
export const isOver = ({ mode, closed, expires_at }: ReferenceSession, now: number): boolean =>
  mode === 'reserved' && !closed && expires_at !== undefined && now >= expires_at;

/** Freezing, revoking and closing void it. */
export const isUndispatched = ({ status }: ReferencePayment): boolean =>
  status === 'authorized' || status === 'pending_approval';

/** A hold that was voided or lapsed untouched was no payment. */
const counts = (payment: ReferencePayment): boolean => isOpen(payment) || payment.status === 'captured';

export function sumOf(payments: readonly ReferencePayment[]): Figures {
  let spent = 0n;
  let held = 0n;
  let count = 0;
  for (const payment of payments) {
    spent += payment.captured - payment.refunded;
    held += payment.held;
    if (counts(payment)) count += 1;
  }
  return { spent, held, count };
}

export function agentById(book: ReferenceBook, id: string): ReferenceAgent {
  return book.agents.find((agent) => agent.id === id)!;
}

/** In whose name an agent spends: a scoped one in that of the first above it that is not. */
export function principalIn(book: ReferenceBook, id: string): ReferenceAgent {
  return withParents(book, id).find((agent) => agent.origin !== 'scoped')!;
}

/** A payment took its money: what it was to pay is paid, or on its way to be. */
export function noteRequestPaid(book: ReferenceBook, { id, to, request }: ReferencePayment): void {
  if (request === undefined) return;
  if (to.startsWith('clearing:out:')) return void book.sent.push({ request, payment: id });
  const paid = book.requests.find((one) => one.id === request)!;
  paid.status = 'paid';
  paid.paid_by = id;
}

/** The agent that has the handle now: the latest that was given it. */
export function agentByHandle(book: ReferenceBook, handle: string): ReferenceAgent | undefined {
  return book.agents.findLast((agent) => agent.handle === handle);
}

/** The agent and its parents, nearest first. */
export function withParents(book: ReferenceBook, id: string): ReferenceAgent[] {
  return remembered(book, id, () => {
    const agent = agentById(book, id);
    return agent.parent === undefined ? [agent] : [agent, ...withParents(book, agent.parent)];
  });
}

/** Who is above whom never changes, so paths are looked up once: the only thing that is kept rather than worked out anew. */
const paths = new WeakMap<ReferenceBook, Map<string, unknown>>();

function remembered<Path>(book: ReferenceBook, id: string, look: () => Path): Path {
  const known = paths.get(book) ?? new Map<string, unknown>();
  paths.set(book, known);
  const path = (known.get(id) as Path | undefined) ?? look();
  known.set(id, path);
  return path;
}

export function paymentsUnder(book: ReferenceBook, agentId: string, asset: Asset): ReferencePayment[] {
  return book.payments.filter(
    (payment) => payment.asset === asset && withParents(book, payment.agent).some((agent) => agent.id === agentId),
  );
}

export function paymentsInside(book: ReferenceBook, sessionId: string): ReferencePayment[] {
  return book.payments.filter((one) => one.session !== undefined && isWithin(book, one.session, sessionId));
}

export function sessionById(book: ReferenceBook, id: string): ReferenceSession {
  return book.sessions.find((session) => session.id === id)!;
}

/** The session and those above it, nearest first. */
export function withAncestors(book: ReferenceBook, id: string): ReferenceSession[] {
  return remembered(book, id, () => {
    const session = sessionById(book, id);
    return session.parent === undefined ? [session] : [session, ...withAncestors(book, session.parent)];
  });
}

export function isWithin(book: ReferenceBook, id: string, ancestor: string): boolean {
  return withAncestors(book, id).some((session) => session.id === ancestor);
}

/** No reserved session lies on the way from below up to, and not counting, the ancestor. */
function isDirectlyUnder(book: ReferenceBook, id: string, ancestor: string): boolean {
  const path = withAncestors(book, id);
  const upTo = path.findIndex((session) => session.id === ancestor);
  return upTo >= 0 && path.slice(0, upTo).every((session) => session.mode === 'shared');
}

export function spentIn(book: ReferenceBook, id: string): bigint {
  return sumOf(paymentsInside(book, id)).spent;
}

export function heldIn(book: ReferenceBook, id: string): bigint {
  return sumOf(book.payments.filter((one) => one.session !== undefined && isDirectlyUnder(book, one.session, id))).held;
}

/** What its nearest reserved sessions below keep: what they have not spent or, once closed, what is still held in them. */
export function carvedIn(book: ReferenceBook, id: string): bigint {
  return book.sessions
    .filter(
      (below) => below.mode === 'reserved' && below.parent !== undefined && isDirectlyUnder(book, below.parent, id),
    )
    .map((below) =>
      below.closed ? heldIn(book, below.id) + carvedIn(book, below.id) : below.budget - spentIn(book, below.id),
    )
    .reduce((sum, one) => sum + one, 0n);
}

export function usedIn(book: ReferenceBook, id: string): bigint {
  return spentIn(book, id) + heldIn(book, id) + carvedIn(book, id);
}

/** Free and held money of a wallet; the outside has given all that was ever topped up. */
export function moneyIn(book: ReferenceBook, wallet: string): { available: bigint; held: bigint } {
  let available = 0n;
  let held = 0n;
  for (const topup of book.topups) {
    if (topup.wallet === wallet) available += topup.amount;
    if (wallet === `external:${topup.asset}`) available -= topup.amount;
  }
  for (const { from, to, amount } of book.transfers) {
    if (from === wallet) available -= amount;
    if (to === wallet) available += amount;
  }
  for (const payment of book.payments) {
    const paid = payment.captured - payment.refunded;
    if (payment.from === wallet) {
      available -= paid + payment.held;
      held += payment.held;
    }
    if (payment.to === wallet) available += paid;
  }
  return { available: available + creditedTo(book, wallet), held };
}

export function walletsOf(book: ReferenceBook): string[] {
  const names = book.payments.filter((one) => one.status !== 'declined').flatMap((one) => [one.from, one.to]);
  const moved = book.transfers.flatMap((one) => [one.from, one.to]);
  const brought = book.topups.flatMap((one) => [one.wallet, `external:${one.asset}`]);
  return [...new Set([...names, ...moved, ...brought, ...creditedWallets(book), ...book.opened])];
}
