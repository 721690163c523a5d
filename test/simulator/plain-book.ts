import { isPaymentEvent, type BookEvent, type PaymentEvent } from '#domain';
import { check } from './check.js';
import { PlainLimits, type Figures } from './plain-limits.js';
import { PlainIncoming } from './plain-incoming.js';
import { PlainPayments } from './plain-payments.js';
import type { PlainAgent, PlainPayment, PlainSession } from './plain-records.js';
import { PlainRequests } from './plain-requests.js';
import { PlainBudgets } from './plain-budgets.js';

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
  readonly limits: PlainLimits = new PlainLimits(this);
  readonly budgets: PlainBudgets = new PlainBudgets(this);
  readonly #payments: PlainPayments = new PlainPayments(this);
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
    if (isPaymentEvent(event)) this.#payments.add(event);
    else this.#other(event);
    if ('postings' in event) for (const posting of event.postings) this.#post(posting);
    this.#checkAccounts();
  }

  #other(event: Exclude<BookEvent, PaymentEvent>): void {
    if (isOf(event, 'agent')) return this.limits.add(event);
    if (isOf(event, 'session')) return this.budgets.add(event);
    if (isOf(event, 'request')) return this.requests.add(event);
    switch (event.type) {
      case 'wallet.transfer_refused':
        return check(
          (this.accounts.get(event.from_wallet_id) ?? 0n) < BigInt(event.amount),
          'B2: the wallet had enough to transfer',
        );
      case 'clearing.settled':
        return this.#payments.settle(event);
      default:
        return this.incoming.add(event);
    }
  }

  /** What a session has used of its budget: its own payments, and what is below it or carved out for it. */
  used(sessionId: string): bigint {
    return this.budgets.used(sessionId);
  }

  spentIn(sessionId: string): bigint {
    return this.budgets.spentIn(sessionId);
  }

  /** What an agent and its descendants have spent and hold. */
  figuresOf(agentId: string): Figures {
    return this.limits.figuresOf(agentId);
  }

  /** Reserved sessions that keep what they carved out although their time was over before the book's last event. */
  get overdue(): PlainSession[] {
    return this.budgets.overdue(this.#time);
  }

  get open(): PlainPayment[] {
    return this.#payments.open;
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
}

function isOf<Area extends string>(
  event: BookEvent,
  area: Area,
): event is Extract<BookEvent, { type: `${Area}.${string}` }> {
  return event.type.startsWith(`${area}.`);
}
