import type { Asset } from '#domain';
import { OWNER, SCENARIO_ORG, type CommandInput } from '../../book-scenario.js';
import type { Expectation } from '../expectation.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, agentById, isOpen, moneyIn, type ReferencePayment } from '../reference-book.js';
import { ABROAD, isAbroad, isInClearing, type ReferenceCredit } from '../reference-clearing.js';
import { endOfRequest, otherThanAsked, type ReferenceRequest } from '../reference-requests.js';
import type { Verdict } from '../reference-rules.js';
import { ownWallet } from './pay.js';
import { pickRequest, STRANGER } from './requests.js';
import { PASSES, pickLiving, refused, request, type Step } from './step.js';

const THERE = { agent_id: `agt_${'7'.repeat(32)}`, handle: 'abroad' };

const idOf = (what: string, number: number): string => `${what}_${number.toString(16).padStart(32, 'f')}`;

/** The other org has taken a payment, or refused it. */
export class EndClearing implements Step {
  constructor(
    readonly number: number,
    readonly taken: boolean,
  ) {}
  describe(): string {
    return `the other org ${this.taken ? 'takes' : 'refuses'} payment #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const payment = pickLiving(world.reference.payments, isInClearing, this.number);
    if (!payment) return false;
    const outcome = this.taken ? { credited: THERE } : { refused: 'payee_not_found' as const };
    const command: CommandInput = { type: 'clearing.settle', credential: OWNER, payment_id: payment.id, outcome };
    if (!isInClearing(payment)) world.expect(command, refused('payment_not_found', 'payment', payment.id));
    else {
      world.expect(command, PASSES);
      payment.arrived = this.taken;
      if (!this.taken) {
        payment.refunded = payment.captured;
        world.reference.sent = world.reference.sent.filter((one) => one.payment !== payment.id);
      }
    }
    return false;
  }
}

/** The other org gives something back; the same refund comes twice now and then. */
export class TakeBack implements Step {
  constructor(
    readonly number: number,
    readonly refund: number,
    readonly amount: number,
  ) {}
  describe(): string {
    return `refund ${this.refund} of ${this.amount} for payment #${this.number} comes from the other org`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const canBe = (one: ReferencePayment): boolean => isAbroad(one) && one.captured > one.refunded;
    const payment = pickLiving(reference.payments, canBe, this.number);
    if (!payment) return false;
    const refund_id = idOf('pay', this.refund);
    const command: CommandInput = {
      type: 'clearing.return',
      credential: OWNER,
      key: `§refund:${ABROAD}:${refund_id}`,
      fingerprint: '',
      payment_id: payment.id,
      payee_org: ABROAD,
      payee: THERE,
      refund_id,
      amount: BigInt(this.amount),
      asset: payment.asset,
    };
    const known = reference.taken_back.find(({ id }) => id === refund_id);
    if (known) return this.#expect(world, command, { replays: known.sequence });
    if (this.amount === 0) return this.#expect(world, command, { refused: request('amount_not_positive') });
    if (!isAbroad(payment) || isOpen(payment))
      return this.#expect(world, command, refused('payment_not_found', 'payment', payment.id));
    if (payment.refunded + BigInt(this.amount) > payment.captured)
      return this.#expect(world, command, refused('refund_exceeds_captured', 'payment', payment.id));
    world.expect(command, PASSES);
    payment.refunded += BigInt(this.amount);
    payment.arrived = true;
    reference.taken_back.push({ id: refund_id, sequence: reference.sequence });
    return false;
  }

  #expect(world: ModelWorld, command: CommandInput, expected: Expectation): false {
    world.expect(command, expected);
    return false;
  }
}

type CreditInput = Extract<CommandInput, { type: 'clearing.credit' }>;

/** Why a credit that names a request does not pay it. */
function notPaidFromAbroad(
  request: ReferenceRequest,
  payee: string,
  { amount, asset }: Pick<CreditInput, 'amount' | 'asset'>,
  now: number,
): Verdict | undefined {
  if (request.payer !== undefined)
    return { code: 'payment_request_not_found', kind: 'payment_request', id: request.id };
  return endOfRequest(request, now) ?? otherThanAsked(request, { payee, amount, asset });
}

/** The other org pays an agent of this one; the same payment comes twice now and then. */
export class Credit implements Step {
  constructor(
    readonly number: number,
    readonly handle: string,
    readonly amount: number,
    readonly asset: Asset,
    /** It is to pay this request, whose payee and amount it has then; of 13 it has one unit more. */
    readonly request?: number,
  ) {}
  describe(): string {
    const request = this.request === undefined ? '' : ` and request #${this.request}`;
    return `payment ${this.number} of ${this.amount} ${this.asset} for ${this.handle}${request} comes from the other org`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const id = idOf('pay', 1_000 + this.number);
    const request = this.request === undefined ? undefined : pickRequest(reference, this.request);
    const command: CreditInput = {
      type: 'clearing.credit',
      credential: OWNER,
      key: `§credit:${ABROAD}:${id}`,
      fingerprint: '',
      source: { source_org: ABROAD, payment: id, handle: STRANGER },
      payee: request?.payee ?? this.handle,
      amount: request ? request.amount + (this.amount === 13 ? 1n : 0n) : BigInt(this.amount),
      asset: request?.asset ?? this.asset,
      ...(request ? { request_id: request.id, authorized_at: world.now } : {}),
    };
    const known = reference.credits.find((one) => one.id === id);
    if (known) {
      world.expect(command, { replays: known.sequence });
      return false;
    }
    const payee = request ? agentById(reference, request.payee) : agentByHandle(reference, this.handle);
    const { asset, amount } = command;
    const credit: ReferenceCredit = { id, asset, amount, refunded: 0n, sequence: 0 };
    const against = request && payee && notPaidFromAbroad(request, payee.id, command, world.now);
    if (reference.closed_to_others)
      world.expect(command, {
        recorded: { code: 'foreign_payments_not_accepted', kind: 'organization', id: SCENARIO_ORG },
      });
    else if (!payee || payee.status === 'revoked')
      world.expect(command, { recorded: { code: 'payee_not_found', kind: 'agent', id: command.payee } });
    else if (against) world.expect(command, { recorded: against });
    else {
      world.expect(command, PASSES);
      credit.payee = payee.id;
      if (request) Object.assign(request, { status: 'paid', paid_by: id });
    }
    const { sequence } = world.log.findLast((event) => event.type.startsWith('clearing.'))!;
    reference.credits.push({ ...credit, sequence });
    return false;
  }
}

/** Who was paid by the other org gives something back. */
export class GiveBack implements Step {
  constructor(
    readonly number: number,
    readonly amount: number | undefined,
  ) {}
  describe(): string {
    return `give back ${this.amount ?? 'all'} of credit #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const canBe = (one: ReferenceCredit): boolean => one.payee !== undefined && one.amount > one.refunded;
    const credit = pickLiving(reference.credits, canBe, this.number);
    if (!credit) return false;
    const fresh_id = world.freshId();
    const left = credit.amount - credit.refunded;
    const amount = this.amount === undefined ? left : BigInt(this.amount);
    const command: CommandInput = {
      type: 'payment.refund',
      fresh_id,
      payment_id: credit.id,
      ...(this.amount === undefined ? {} : { amount }),
    };
    if (credit.payee === undefined) {
      world.expect(command, refused('payment_not_found', 'payment', credit.id));
      return false;
    }
    const wallet = ownWallet({ id: credit.payee }, credit.asset);
    if (amount > left || left === 0n) world.expect(command, refused('refund_exceeds_captured', 'payment', credit.id));
    else if (amount === 0n) world.expect(command, { refused: request('amount_not_positive') });
    else if (moneyIn(reference, wallet).available < amount)
      world.expect(command, { recorded: { code: 'refund_exceeds_payee_funds', kind: 'wallet', id: wallet } });
    else {
      world.expect(command, PASSES);
      credit.refunded += amount;
      reference.returns.push({ id: `pay_${fresh_id}`, credit: credit.id, amount, arrived: false });
    }
    return false;
  }
}

/** The other org has what was given back. */
export class EndReturn implements Step {
  constructor(readonly number: number) {}
  describe(): string {
    return `the other org has refund #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const one = pickLiving(world.reference.returns, ({ arrived }) => !arrived, this.number);
    if (!one) return false;
    const command: CommandInput = { type: 'clearing.settle_return', credential: OWNER, refund_id: one.id };
    world.expect(command, one.arrived ? refused('payment_not_found', 'payment', one.id) : PASSES);
    one.arrived = true;
    return false;
  }
}

export class OpenToOthers implements Step {
  constructor(readonly open: boolean) {}
  describe(): string {
    return `the org takes ${this.open ? '' : 'no '}payments from others`;
  }
  run(world: ModelWorld): boolean {
    world.expect({ type: 'organization.change', accept_foreign_payments: this.open }, PASSES);
    world.reference.closed_to_others = !this.open;
    return false;
  }
}
