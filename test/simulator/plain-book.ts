import { isPaymentEvent, type BookEvent, type LimitDefinition, type PaymentEvent } from '#domain';
import { check } from './check.js';
import { PlainIncoming } from './plain-incoming.js';
import { PlainRequests } from './plain-requests.js';

/** A payment as its events tell it, told without `evolve`. */
interface PlainPayment {
  id: string;
  agent: string;
  session: string | undefined;
  asset: string;
  authorized_at: number;
  /** When it lapses, where it holds. */
  expires_at: number;
  status: 'pending' | 'held' | 'dispatched' | 'unknown' | 'ended';
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** The other org whose agent it pays, if any; and what is known of the money there. */
  abroad: string | undefined;
  settled: boolean;
  reversed: string | undefined;
  /** Ended without anything captured: it counts as no payment. */
  came_to_nothing: boolean;
  /** The payment request that it names, or a word of the caller's. */
  request: string | undefined;
}

interface PlainAgent {
  id: string;
  handle: string;
  parent: string | undefined;
  status: 'active' | 'frozen' | 'revoked';
  limits: LimitDefinition[];
}

interface PlainSession {
  id: string;
  parent: string | undefined;
  budget: bigint;
  mode: 'shared' | 'reserved';
  closed: boolean;
  expires_at: number | undefined;
}

export interface Figures {
  spent: bigint;
  held: bigint;
}

/**
 * One org's book, slow and plain: it keeps every payment for ever and counts anew whenever it is asked. Shares no code with
 * the domain. `add` throws where an event breaks a promise.
 */
export class PlainBook {
  readonly payments = new Map<string, PlainPayment>();
  readonly agents = new Map<string, PlainAgent>();
  readonly sessions = new Map<string, PlainSession>();
  readonly accounts = new Map<string, bigint>();
  readonly incoming: PlainIncoming = new PlainIncoming(this);
  readonly requests: PlainRequests = new PlainRequests(this);
  /** Address → agent. */
  readonly addresses = new Map<string, string>();
  #sequence = 0;
  #time = 0;

  constructor(readonly org: string) {}

  add(event: BookEvent): void {
    try {
      this.#add(event);
    } catch (error) {
      throw new Error(
        `event ${event.sequence} ${event.type} of ${this.org}: ${String(error)}\n${JSON.stringify(event)}`,
        { cause: error },
      );
    }
  }

  #add(event: BookEvent): void {
    check(event.sequence === this.#sequence + 1, `follows ${this.#sequence}`);
    check(event.time >= this.#time, `is earlier than the event before it`);
    this.#sequence = event.sequence;
    this.#time = event.time;
    if (isPaymentEvent(event)) this.#payment(event);
    else this.#other(event);
    if ('postings' in event) for (const posting of event.postings) this.#post(posting);
    this.#checkAccounts();
  }

  #other(event: Exclude<BookEvent, PaymentEvent>): void {
    switch (event.type) {
      case 'agent.registered':
        return void this.agents.set(event.agent_id, {
          id: event.agent_id,
          handle: event.handle,
          parent: event.parent_agent_id,
          status: 'active',
          limits: [...event.limits],
        });
      case 'agent.changed':
        if (event.limits) this.#agent(event.agent_id).limits = [...event.limits];
        return;
      case 'agent.cap_raised': {
        const agent = this.#agent(event.agent_id);
        agent.limits = agent.limits.map((limit) =>
          limit.per === 'lifetime' && limit.of === 'amount' && limit.asset === event.asset
            ? { ...limit, maximum: (BigInt(limit.maximum) + BigInt(event.amount)).toString() }
            : limit,
        );
        return;
      }
      case 'agent.frozen':
        this.#agent(event.agent_id).status = 'frozen';
        return;
      case 'agent.unfrozen':
        this.#agent(event.agent_id).status = 'active';
        return;
      case 'agent.revoked':
        this.#agent(event.agent_id).status = 'revoked';
        return;
      case 'agent.address_registered': {
        const holder = this.addresses.get(event.address);
        check(holder === undefined || holder === event.agent_id, `F7: ${event.address} is given to two agents`);
        return void this.addresses.set(event.address, event.agent_id);
      }
      case 'agent.address_removed':
        check(this.addresses.get(event.address) === event.agent_id, `F7: ${event.address} is taken from another`);
        return void this.addresses.delete(event.address);
      case 'session.opened': {
        const budget = BigInt(event.budget);
        if (event.mode === 'reserved') this.#checkRoom(event.parent_session_id, budget);
        return void this.sessions.set(event.session_id, {
          id: event.session_id,
          parent: event.parent_session_id,
          budget,
          mode: event.mode,
          closed: false,
          expires_at: event.expires_at,
        });
      }
      case 'session.changed': {
        const session = this.#session(event.session_id);
        check(!this.#isOver(session, event.time), 'B1: is changed after its time');
        if (event.budget !== undefined) session.budget = BigInt(event.budget);
        if (event.expires_at === null) session.expires_at = undefined;
        else if (event.expires_at !== undefined) session.expires_at = event.expires_at;
        if (session.mode === 'reserved')
          check(this.used(session.id) <= session.budget, 'is reserved below what is used');
        return;
      }
      case 'session.closed': {
        const session = this.#session(event.session_id);
        check(!session.closed, 'is closed twice');
        session.closed = true;
        check(event.reason !== 'expired' || this.#isInsideOver(session, event.time), 'is closed before its time');
        return;
      }
      case 'wallet.transfer_refused':
        return check(
          (this.accounts.get(event.from_wallet_id) ?? 0n) < BigInt(event.amount),
          'B2: the wallet had enough to transfer',
        );
      case 'clearing.settled': {
        const payment = this.payments.get(event.payment_id);
        check(payment?.abroad === event.payee_org, 'D15: was not paid to another org');
        check(!payment!.settled && payment!.reversed === undefined, 'D15: ends twice what was on its way');
        check(BigInt(event.amount) === payment!.captured, 'D15: settles another amount than was captured');
        payment!.settled = true;
        return;
      }
      default:
        if (event.type.startsWith('request.')) return this.requests.add(event);
        return this.incoming.add(event);
    }
  }

  #payment(event: PaymentEvent): void {
    const payment = this.payments.get(event.payment_id);
    switch (event.type) {
      case 'payment.authorized':
      case 'payment.transferred':
      case 'payment.pending_approval':
        check(!payment, 'is decided twice');
        this.#checkSigner(event);
        return this.#admit(event);
      case 'payment.declined':
        check(!payment, 'is decided twice');
        return this.#checkDeclined(event);
      case 'payment.approved':
        check(payment?.status === 'pending', 'was not waiting');
        payment!.status = 'held';
        payment!.expires_at = event.expires_at ?? Infinity;
        return;
      case 'payment.approval_refused':
        check(payment?.status === 'pending', 'was not waiting');
        return;
      case 'payment.dispatched':
        check(payment?.status === 'held', 'is dispatched without a hold');
        payment!.status = 'dispatched';
        return;
      case 'payment.outcome_unknown':
        check(payment?.status === 'dispatched', 'was not dispatched');
        payment!.status = 'unknown';
        return;
      case 'payment.captured':
        check(payment && payment.status !== 'ended', 'has no hold to capture');
        check(payment!.status !== 'pending', 'is captured before it is approved');
        check(payment!.status !== 'held' || event.time < payment!.expires_at, 'B6: is captured after its time');
        check(!event.resolved || payment!.status !== 'held', 'is resolved and was never dispatched');
        return this.#release(payment!, BigInt(event.captured), BigInt(event.released), event.final);
      case 'payment.voided':
      case 'payment.expired':
        check(payment && payment.status !== 'ended', 'has no hold to release');
        check(event.type === 'payment.voided' || payment!.status === 'held', 'was dispatched and expires');
        check(event.type === 'payment.voided' || event.time >= payment!.expires_at, 'B6: expires before its time');
        payment!.came_to_nothing = payment!.captured === 0n;
        return this.#release(payment!, 0n, BigInt(event.released), true);
      case 'payment.extended':
        check(payment?.status === 'held' && event.time < payment.expires_at, 'B6: has no hold to extend');
        check(event.expires_at > payment!.expires_at, 'is made shorter');
        payment!.expires_at = event.expires_at;
        return;
      case 'payment.refund_refused': {
        check(payment?.status === 'ended', 'is refunded while it is held');
        const { scope, requested } = event.decline;
        return check((this.accounts.get(scope.id) ?? 0n) < BigInt(requested!), 'B2: the payee had enough');
      }
      case 'payment.capture_refused':
        check(payment?.status === 'held', 'has no hold');
        return;
      case 'payment.refunded':
        check(payment?.status === 'ended', 'is refunded while it is held');
        payment!.refunded += BigInt(event.refunded);
        check(payment!.refunded <= payment!.captured, 'gives back more than was captured');
        return this.#givenBackFromAbroad(payment!, event);
    }
  }

  /** What was paid to another org comes back whole if that refuses it, else as that gives it back; nobody here takes it. */
  #givenBackFromAbroad(payment: PlainPayment, event: Extract<PaymentEvent, { type: 'payment.refunded' }>): void {
    if (payment.abroad === undefined) return check(event.reversed === undefined, 'D15: is reversed and was not abroad');
    check(event.by === 'owner', 'D15: is taken back by a key of the payer');
    if (event.reversed === undefined) return check(payment.settled, 'D15: gives back what never arrived');
    check(!payment.settled && payment.reversed === undefined, 'D15: ends twice what was on its way');
    check(BigInt(event.refunded) === payment.captured, 'D15: is reversed in part');
    payment.reversed = event.reversed;
  }

  #release(payment: PlainPayment, captured: bigint, released: bigint, final: boolean): void {
    check(captured >= 0n && released >= 0n && captured + released <= payment.held, 'releases more than is held');
    payment.held -= captured + released;
    payment.captured += captured;
    if (!final) return check(payment.held > 0n, 'keeps an empty hold');
    check(payment.held === 0n, 'ends and keeps a hold');
    payment.status = 'ended';
  }

  /** What was signed is paid by the agent that had the address then, and is never held. */
  #checkSigner({ type, key, payer }: PaymentEvent): void {
    const [own, , , address] = key?.split(':') ?? [];
    if (own !== '§signed') return;
    check(this.addresses.get(address!) === payer.agent_id, `D16: ${address} has signed for another agent`);
    check(type === 'payment.transferred', 'is signed and not paid at once');
  }

  #admit(event: Extract<PaymentEvent, { windows: unknown }>): void {
    const amount = BigInt(event.amount);
    check(amount > 0n, 'is of nothing');
    const transferred = event.type === 'payment.transferred';
    this.payments.set(event.payment_id, {
      id: event.payment_id,
      agent: event.payer.agent_id,
      session: event.session_id,
      asset: event.asset,
      authorized_at: event.authorized_at,
      expires_at: event.type === 'payment.transferred' ? 0 : event.expires_at,
      status: transferred ? 'ended' : event.type === 'payment.pending_approval' ? 'pending' : 'held',
      held: transferred ? 0n : amount,
      captured: transferred ? amount : 0n,
      refunded: 0n,
      abroad: 'payee_org' in event.payee ? event.payee.payee_org : undefined,
      settled: false,
      reversed: undefined,
      came_to_nothing: false,
      request: event.request_id,
    });
    for (const agent of this.#chain(event.payer.agent_id)) {
      check(agent.status === 'active', `is paid by ${agent.id}, which is ${agent.status}`);
      for (const limit of agent.limits) {
        if (limit.asset !== event.asset || (limit.of === 'held' && transferred)) continue;
        const used = isPerPayment(limit) ? amount : this.#usedOf(agent.id, limit, event.time);
        check(
          used <= BigInt(limit.maximum),
          `A1: ${used} of ${limit.of} per ${JSON.stringify(limit.per)} passes ${limit.maximum}`,
        );
      }
    }
    for (let session = this.#above(event.session_id); session; session = this.#above(session.parent)) {
      check(!session.closed, `is inside ${session.id}, which is closed`);
      check(
        session.expires_at === undefined || event.time < session.expires_at,
        `is inside ${session.id}, which is over`,
      );
    }
    this.#checkRoom(event.session_id, 0n);
  }

  /** Up to the nearest reserved session, which was paid for above when it was carved out. */
  #checkRoom(leaf: string | undefined, more: bigint): void {
    for (let session = this.#above(leaf); session; session = this.#above(session.parent)) {
      const used = this.used(session.id) + more;
      check(used <= session.budget, `A4: ${used} in ${session.id} passes its budget of ${session.budget}`);
      if (session.mode === 'reserved') return;
    }
  }

  /** A refusal is as exact as a cap (B2): what was refused would not have fitted the rule that it names. */
  #checkDeclined(event: Extract<PaymentEvent, { type: 'payment.declined' }>): void {
    const { decline } = event;
    const amount = BigInt(event.amount);
    if (decline.code === 'insufficient_funds')
      return check((this.accounts.get(event.payer.wallet_id) ?? 0n) < amount, 'B2: the wallet had enough');
    if (decline.code === 'session_budget_exceeded') {
      const session = this.#session(decline.scope.id);
      return check(this.used(session.id) + amount > session.budget, 'B2: the budget had room');
    }
    if (decline.code === 'approvals_pending_exceeded')
      return check(this.#pendingOf(event.payer.agent_id) >= 5, 'B2: another could have waited');
    if (!decline.code.endsWith('_exceeded') || decline.scope.kind === 'organization') return;
    const agent = this.#agent(decline.scope.id);
    const binding = agent.limits.some((limit) => {
      if (typeof limit.per === 'object') return true; // counts in steps, and is stricter than its exact form
      const used = isPerPayment(limit) ? 0n : this.#usedOf(agent.id, limit, event.time);
      return used + (limit.of === 'count' ? 1n : amount) > BigInt(limit.maximum);
    });
    check(binding, `B2: no limit of ${agent.id} was in the way`);
  }

  #pendingOf(agentId: string): number {
    return this.open.filter(({ agent, status }) => agent === agentId && status === 'pending').length;
  }

  /** What counts against a limit of an agent at a time; a rolling one exactly, however coarsely the book counts it. */
  #usedOf(agentId: string, limit: LimitDefinition, at: number): bigint {
    let used = 0n;
    for (const payment of this.payments.values()) {
      if (payment.asset !== limit.asset || !this.#chain(payment.agent).some(({ id }) => id === agentId)) continue;
      if (!countsAt(limit, payment.authorized_at, at)) continue;
      if (limit.of === 'held') used += payment.held;
      else if (limit.of === 'count') used += payment.came_to_nothing ? 0n : 1n;
      else used += payment.captured - payment.refunded + payment.held;
    }
    return used;
  }

  /** What a session has used of its budget: its own payments, and what is below it or carved out for it. */
  used(sessionId: string): bigint {
    let used = 0n;
    for (const payment of this.payments.values())
      if (payment.session === sessionId) used += payment.captured - payment.refunded + payment.held;
    for (const child of this.sessions.values()) {
      if (child.parent !== sessionId) continue;
      used += child.mode === 'reserved' && !child.closed ? child.budget : this.used(child.id);
    }
    return used;
  }

  spentIn(sessionId: string): bigint {
    let spent = 0n;
    for (const payment of this.payments.values())
      if (payment.session === sessionId) spent += payment.captured - payment.refunded;
    for (const child of this.sessions.values()) if (child.parent === sessionId) spent += this.spentIn(child.id);
    return spent;
  }

  /** What an agent and its descendants have spent and hold. */
  figuresOf(agentId: string): Figures {
    const figures = { spent: 0n, held: 0n };
    for (const payment of this.payments.values()) {
      if (!this.#chain(payment.agent).some(({ id }) => id === agentId)) continue;
      figures.spent += payment.captured - payment.refunded;
      figures.held += payment.held;
    }
    return figures;
  }

  /** Reserved sessions that keep what they carved out although their time was over before the book's last event. */
  get overdue(): PlainSession[] {
    return [...this.sessions.values()].filter((session) => !session.closed && this.#isOver(session, this.#time));
  }

  #isOver({ mode, expires_at }: PlainSession, now: number): boolean {
    return mode === 'reserved' && expires_at !== undefined && now >= expires_at;
  }

  /** Those below one whose time is over are closed with it, and before it. */
  #isInsideOver(inner: PlainSession, now: number): boolean {
    for (let session: PlainSession | undefined = inner; session; session = this.#above(session.parent))
      if (this.#isOver(session, now)) return true;
    return false;
  }

  get open(): PlainPayment[] {
    return [...this.payments.values()].filter(({ status }) => status !== 'ended');
  }

  #post(posting: { debit: string; credit: string; amount: string }): void {
    const amount = BigInt(posting.amount);
    check(amount > 0n, 'posts nothing');
    this.accounts.set(posting.debit, (this.accounts.get(posting.debit) ?? 0n) - amount);
    this.accounts.set(posting.credit, (this.accounts.get(posting.credit) ?? 0n) + amount);
  }

  #checkAccounts(): void {
    let held = 0n;
    for (const [account, amount] of this.accounts) {
      const mayFall = account.startsWith('external:') || account.startsWith('clearing:in:');
      check(amount >= 0n || mayFall, `D1: ${account} falls to ${amount}`);
      check(amount <= 0n || !account.startsWith('clearing:in:'), `D1: ${account} rises to ${amount}`);
      if (account.endsWith(':held')) held += amount;
    }
    let expected = 0n;
    for (const payment of this.payments.values()) expected += payment.held;
    check(held === expected, `B1: ${held} is held on wallets, and ${expected} by payments`);
  }

  #chain(agentId: string): PlainAgent[] {
    const chain: PlainAgent[] = [];
    for (let agent = this.agents.get(agentId); agent; agent = agent.parent ? this.agents.get(agent.parent) : undefined)
      chain.push(agent);
    return chain;
  }

  #above(sessionId: string | undefined): PlainSession | undefined {
    return sessionId === undefined ? undefined : this.sessions.get(sessionId);
  }

  #agent(id: string): PlainAgent {
    const agent = this.agents.get(id);
    if (!agent) throw new Error(`there is no agent ${id}`);
    return agent;
  }

  #session(id: string): PlainSession {
    const session = this.sessions.get(id);
    if (!session) throw new Error(`there is no session ${id}`);
    return session;
  }
}

const CALENDAR_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function countsAt(limit: LimitDefinition, authorized_at: number, at: number): boolean {
  const { per } = limit;
  if (limit.of === 'held' || per === 'lifetime' || per === 'payment') return true;
  if (typeof per === 'object') return authorized_at > at - per.rolling_seconds * 1000;
  const length = CALENDAR_MS[per];
  if (length === undefined) throw new Error(`the plain book knows no ${per}`);
  return Math.floor(authorized_at / length) === Math.floor(at / length);
}

function isPerPayment({ of, per }: LimitDefinition): boolean {
  return of === 'amount' && per === 'payment';
}
