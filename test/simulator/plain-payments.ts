import type { BookEvent, PaymentEvent } from '#domain';
import { check } from './check.js';
import { isPerPayment, type PlainLimits } from './plain-limits.js';
import type { PlainPayment } from './plain-records.js';
import type { PlainBudgets } from './plain-budgets.js';

/** What the checks ask of the book around them. */
interface Surrounding {
  readonly payments: Map<string, PlainPayment>;
  readonly accounts: ReadonlyMap<string, bigint>;
  /** Address → agent. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly limits: PlainLimits;
  readonly budgets: PlainBudgets;
}

type Admitted = Extract<PaymentEvent, { windows: unknown }>;

function firstStatus(event: Admitted): PlainPayment['status'] {
  if (event.type === 'payment.transferred') return 'ended';
  if (event.type === 'payment.pending_approval') return 'pending';
  return event.unknown_at === undefined ? 'held' : 'dispatched';
}

/** What becomes of one org's payments, each step after what it may follow, and whether the rules let them pass. */
export class PlainPayments {
  constructor(private readonly book: Surrounding) {}

  add(event: PaymentEvent): void {
    const payment = this.book.payments.get(event.payment_id);
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
        return check((this.book.accounts.get(scope.id) ?? 0n) < BigInt(requested!), 'B2: the payee had enough');
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

  /** The other org has what was captured. */
  settle(event: Extract<BookEvent, { type: 'clearing.settled' }>): void {
    const payment = this.book.payments.get(event.payment_id);
    check(payment?.abroad === event.payee_org, 'D15: was not paid to another org');
    check(!payment!.settled && payment!.reversed === undefined, 'D15: ends twice what was on its way');
    check(BigInt(event.amount) === payment!.captured, 'D15: settles another amount than was captured');
    payment!.settled = true;
  }

  /** Those that hold something. */
  get open(): PlainPayment[] {
    return [...this.book.payments.values()].filter(({ status }) => status !== 'ended');
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
    check(this.book.addresses.get(address!) === payer.agent_id, `D16: ${address} has signed for another agent`);
    check(type === 'payment.transferred', 'is signed and not paid at once');
  }

  #admit(event: Admitted): void {
    const amount = BigInt(event.amount);
    check(amount > 0n, 'is of nothing');
    const transferred = event.type === 'payment.transferred';
    this.book.payments.set(event.payment_id, {
      id: event.payment_id,
      agent: event.payer.agent_id,
      session: event.session_id,
      asset: event.asset,
      authorized_at: event.authorized_at,
      expires_at: event.type === 'payment.transferred' ? 0 : event.expires_at,
      status: firstStatus(event),
      held: transferred ? 0n : amount,
      captured: transferred ? amount : 0n,
      refunded: 0n,
      abroad: 'payee_org' in event.payee ? event.payee.payee_org : undefined,
      settled: false,
      reversed: undefined,
      came_to_nothing: false,
      request: event.request_id,
    });
    for (const agent of this.book.limits.chain(event.payer.agent_id)) {
      check(agent.status === 'active', `is paid by ${agent.id}, which is ${agent.status}`);
      for (const limit of agent.limits) {
        if (limit.asset !== event.asset || (limit.of === 'held' && transferred)) continue;
        const used = isPerPayment(limit) ? amount : this.book.limits.usedOf(agent.id, limit, event.time);
        check(
          used <= BigInt(limit.maximum),
          `A1: ${used} of ${limit.of} per ${JSON.stringify(limit.per)} passes ${limit.maximum}`,
        );
      }
    }
    this.book.budgets.checkOpen(event.session_id, event.time);
    this.book.budgets.checkRoom(event.session_id, 0n);
  }

  /** A refusal is as exact as a cap (B2): what was refused would not have fitted the rule that it names. */
  #checkDeclined(event: Extract<PaymentEvent, { type: 'payment.declined' }>): void {
    const { decline } = event;
    const amount = BigInt(event.amount);
    if (decline.code === 'insufficient_funds')
      return check((this.book.accounts.get(event.payer.wallet_id) ?? 0n) < amount, 'B2: the wallet had enough');
    if (decline.code === 'session_budget_exceeded') {
      const session = this.book.budgets.get(decline.scope.id);
      return check(this.book.budgets.used(session.id) + amount > session.budget, 'B2: the budget had room');
    }
    if (decline.code === 'approvals_pending_exceeded')
      return check(this.#pendingOf(event.payer.agent_id) >= 5, 'B2: another could have waited');
    if (!decline.code.endsWith('_exceeded') || decline.scope.kind === 'organization') return;
    const agent = this.book.limits.get(decline.scope.id);
    const binding = agent.limits.some((limit) => {
      if (typeof limit.per === 'object') return true; // counts in steps, and is stricter than its exact form
      const used = isPerPayment(limit) ? 0n : this.book.limits.usedOf(agent.id, limit, event.time);
      return used + (limit.of === 'count' ? 1n : amount) > BigInt(limit.maximum);
    });
    check(binding, `B2: no limit of ${agent.id} was in the way`);
  }

  #pendingOf(agentId: string): number {
    return this.open.filter(({ agent, status }) => agent === agentId && status === 'pending').length;
  }
}
