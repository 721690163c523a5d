import { OWNER, type CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { isOpen, isOver, moneyIn, type ReferencePayment } from '../reference-book.js';
import { isAbroad } from '../reference-clearing.js';
import { closeWithin, release } from './ending.js';
import { PASSES, pickLiving, refused, request, type Step } from './step.js';

export type Ending = 'capture' | 'void' | 'refund' | 'dispatch';

/** A later step of the payment that was made as the `number`th. */
export class Later implements Step {
  constructor(
    readonly what: Ending,
    readonly number: number,
    readonly amount: number | undefined,
    readonly final: boolean,
  ) {}

  describe(): string {
    const amount = this.what === 'capture' || this.what === 'refund' ? ` of ${this.amount ?? 'all'}` : '';
    return `${this.what}${this.what === 'capture' && !this.final ? ' in part' : ''} payment #${this.number}${amount}`;
  }

  run(world: ModelWorld): boolean {
    const payment = pickLiving(world.reference.payments, this.#isWorthIt, this.number);
    if (!payment) return false;
    const amount = this.amount === undefined ? undefined : BigInt(this.amount);
    const target = { payment_id: payment.id, ...(amount === undefined ? {} : { amount }) };
    if (this.what === 'capture')
      this.#capture(world, payment, { type: 'payment.capture', ...target, final: this.final });
    else if (this.what === 'refund') this.#refund(world, payment, { type: 'payment.refund', ...target });
    else if (this.what === 'void') this.#void(world, payment);
    else this.#dispatch(world, payment);
    return false;
  }

  readonly #isWorthIt = (payment: ReferencePayment): boolean =>
    this.what === 'refund' ? payment.captured > payment.refunded : isOpen(payment);

  #capture(world: ModelWorld, payment: ReferencePayment, command: CommandInput): void {
    if (!isOpen(payment)) return this.#ended(world, payment, command, 'payment_not_capturable');
    if (payment.status === 'pending_approval') {
      world.expect(command, refused('payment_pending_approval', 'payment', payment.id));
      return;
    }
    if (payment.status === 'authorized' && world.now >= payment.expires_at) {
      world.expect(command, { recorded: { code: 'hold_expired', kind: 'payment', id: payment.id } });
      return release(payment, 'expired');
    }
    const amount = this.amount === undefined ? payment.held : BigInt(this.amount);
    if (amount > payment.held) {
      world.expect(command, refused('capture_exceeds_hold', 'payment', payment.id));
    } else if (amount === 0n && !this.final) {
      world.expect(command, { refused: request('amount_not_positive') });
    } else if (isAbroad(payment) && !this.final && amount < payment.held) {
      world.expect(command, refused('payment_not_capturable', 'payment', payment.id));
    } else {
      world.expect(command, PASSES);
      payment.captured += amount;
      payment.held -= amount;
      if (this.final) payment.held = 0n;
      if (payment.held === 0n) payment.status = 'captured';
    }
  }

  #refund(world: ModelWorld, payment: ReferencePayment, command: CommandInput): void {
    // Who was paid gives back, in the other org.
    if (isAbroad(payment) && !isOpen(payment)) {
      world.expect(command, refused('refund_is_payees', 'payment', payment.id));
      return;
    }
    if (payment.status !== 'captured') {
      world.expect(command, refused('payment_not_refundable', 'payment', payment.id));
      return;
    }
    const left = payment.captured - payment.refunded;
    const amount = this.amount === undefined ? left : BigInt(this.amount);
    if (amount > left || left === 0n) world.expect(command, refused('refund_exceeds_captured', 'payment', payment.id));
    else if (amount === 0n) world.expect(command, { refused: request('amount_not_positive') });
    else if (moneyIn(world.reference, payment.to).available < amount)
      world.expect(command, { recorded: { code: 'refund_exceeds_payee_funds', kind: 'wallet', id: payment.to } });
    else {
      world.expect(command, PASSES);
      payment.refunded += amount;
    }
  }

  #void(world: ModelWorld, payment: ReferencePayment): void {
    const command: CommandInput = { type: 'payment.void', payment_id: payment.id };
    if (!isOpen(payment)) return this.#ended(world, payment, command, 'payment_not_voidable');
    world.expect(command, PASSES);
    release(payment, 'voided');
  }

  #dispatch(world: ModelWorld, payment: ReferencePayment): void {
    const command: CommandInput = { type: 'payment.dispatch', payment_id: payment.id };
    if (!isOpen(payment)) return this.#ended(world, payment, command, 'payment_not_capturable');
    if (payment.status !== 'authorized') {
      const code = payment.status === 'pending_approval' ? 'payment_pending_approval' : 'payment_dispatched';
      world.expect(command, refused(code, 'payment', payment.id));
      return;
    }
    world.expect(command, PASSES);
    if (world.now >= payment.expires_at) return release(payment, 'expired');
    payment.status = 'dispatched';
    payment.unknown_at = world.now + 60_000;
  }

  #ended(world: ModelWorld, payment: ReferencePayment, command: CommandInput, code: string): void {
    world.expect(command, refused(payment.status === 'expired' ? 'hold_expired' : code, 'payment', payment.id));
  }
}

export class LapseAll implements Step {
  describe(): string {
    return 'what is due lapses';
  }
  run(world: ModelWorld): boolean {
    for (const payment of world.reference.payments) {
      world.fold(world.decide({ type: 'payment.lapse', credential: OWNER, payment_id: payment.id }));
      if (payment.status === 'authorized' && world.now >= payment.expires_at) release(payment, 'expired');
      else if (payment.status === 'pending_approval' && world.now >= payment.expires_at) release(payment, 'voided');
      else if (payment.status === 'dispatched' && world.now >= payment.unknown_at!) payment.status = 'outcome_unknown';
    }
    for (const session of world.reference.sessions) {
      world.fold(world.decide({ type: 'session.lapse', credential: OWNER, session_id: session.id }));
      if (isOver(session, world.now)) closeWithin(world.reference, session.id);
    }
    return false;
  }
}
