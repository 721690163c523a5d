import { redemptionKey, type Credential, type RedeemPayment } from '#domain';
import { ADMIN, SCENARIO_ORG, type CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { isOpen, isUndispatched, type ReferencePayment } from '../reference-book.js';
import { ABROAD, isAbroad } from '../reference-clearing.js';
import { release } from './ending.js';
import { asRefused, PASSES, pickLiving, refused, request, type Step } from './step.js';

/** What the holds of the model answer. */
export const TERMS = 'what was asked for';

const SETTLEMENT: Credential = {
  subject: 'agt_abroad',
  proven_by: 'settlement',
  payee_org: ABROAD,
  payee: { agent_id: 'agt_abroad', handle: 'abroad' },
};

/** The payee brings the token of a payment: one of few redeemers, so that the same one comes again, and another after it. */
export class Redeem implements Step {
  constructor(
    readonly step: RedeemPayment['step'],
    readonly number: number,
    readonly amount: number | undefined,
    readonly redeemer: string,
    readonly terms: string,
  ) {}

  describe(): string {
    const what = this.step === 'capture' ? `capture ${this.amount ?? 'all'}` : this.step;
    return `${this.redeemer} redeems payment #${this.number} for ${this.terms}: ${what}`;
  }

  run(world: ModelWorld): boolean {
    const payment = pickLiving(world.reference.payments, isOpen, this.number);
    if (payment) this.#redeem(world, payment);
    return false;
  }

  #redeem(world: ModelWorld, payment: ReferencePayment): void {
    const command = this.#command(payment);
    const refusal = this.#refusal(world, payment, command);
    if (refusal) return void world.expect(command, refusal);
    const isOver = payment.status === 'authorized' && world.now >= payment.expires_at;
    if (this.step === 'release') {
      world.expect(command, PASSES);
      release(payment, 'voided');
      return this.#bind(world, command, 'payment_not_capturable');
    }
    if (isOver) {
      const expired = { code: 'hold_expired', kind: 'payment', id: payment.id };
      world.expect(command, this.step === 'capture' ? { recorded: expired } : PASSES);
      release(payment, 'expired');
      // The refused capture stands before the end of the hold.
      return this.#bind(world, command, 'hold_expired', this.step === 'capture' ? 1 : 0);
    }
    world.expect(command, PASSES);
    if (this.step === 'confirm') {
      payment.status = 'dispatched';
      payment.unknown_at = Math.max(world.now + 60_000, payment.expires_at);
      return this.#bind(world, command, 'payment_dispatched');
    }
    payment.captured += this.amount === undefined ? payment.held : BigInt(this.amount);
    payment.held = 0n;
    payment.status = 'captured';
    this.#bind(world, command, 'duplicate_settlement');
  }

  /** What is answered without anything being decided. */
  #refusal(world: ModelWorld, payment: ReferencePayment, command: { key: string; fingerprint: string }) {
    const refuse = (code: string) => refused(code, 'payment', payment.id);
    if (payment.to.startsWith('service:')) return refuse('payment_not_redeemable');
    const known = world.reference.keys.find(({ payer, key }) => payer === SCENARIO_ORG && key === command.key);
    if (known) return known.fingerprint === command.fingerprint ? { replays: known.sequence } : refuse(known.told!);
    if (!isOpen(payment)) return refuse(ENDED[payment.status] ?? 'payment_not_capturable');
    if (!payment.answers_terms || this.terms !== TERMS) return refuse('payment_not_redeemable');
    if (payment.status === 'pending_approval') return refuse('payment_pending_approval');
    if (this.step === 'confirm' && !isUndispatched(payment)) return refuse('payment_dispatched');
    if (this.step !== 'capture' || (payment.status === 'authorized' && world.now >= payment.expires_at))
      return undefined;
    if (this.amount !== undefined && this.amount < 0) return asRefused(request('amount_not_positive'));
    return this.amount !== undefined && BigInt(this.amount) > payment.held ? refuse('capture_exceeds_hold') : undefined;
  }

  #command(payment: ReferencePayment) {
    const { step, amount, redeemer } = this;
    return {
      type: 'payment.redeem',
      credential: isAbroad(payment) ? SETTLEMENT : ADMIN,
      payment_id: payment.id,
      step,
      terms_hash: this.terms,
      key: redemptionKey(step, payment.id),
      fingerprint: `${redeemer} ${step} ${amount ?? 'all'}`,
      ...(amount === undefined ? {} : { amount: BigInt(amount) }),
    } as const satisfies CommandInput;
  }

  #bind(world: ModelWorld, { key, fingerprint }: { key: string; fingerprint: string }, told: string, before = 0): void {
    const { reference } = world;
    reference.keys.push({ payer: SCENARIO_ORG, key, fingerprint, sequence: reference.sequence - before, told });
  }
}

/** A second redemption is never answered as a success. */
const ENDED: Partial<Record<ReferencePayment['status'], string>> = {
  captured: 'duplicate_settlement',
  expired: 'hold_expired',
};
