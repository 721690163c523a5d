import type { Asset, NamedWalletKind } from '#domain';
import type { CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { treasury } from '../opening.js';
import {
  agentByHandle,
  isOpen,
  moneyIn,
  sessionById,
  withAncestors,
  type ReferencePayment,
  isUndispatched,
} from '../reference-book.js';
import { ownWallet } from './pay.js';
import { release } from './ending.js';
import { PASSES, pickLiving, refused, request, type Step } from './step.js';

const LONGEST_LIFE_MS = 366 * 86_400_000;

/** Opens `escrow:…` or `fees:…`; the second time it is there already. */
export class OpenWallet implements Step {
  constructor(
    readonly kind: NamedWalletKind,
    readonly asset: Asset,
  ) {}
  describe(): string {
    return `open a wallet for ${this.kind} in ${this.asset}`;
  }
  run(world: ModelWorld): boolean {
    const { opened } = world.reference;
    const id = `${this.kind}:deals:${this.asset}`;
    const command: CommandInput = { type: 'wallet.open', kind: this.kind, name: 'deals', asset: this.asset };
    if (world.expect(command, opened.includes(id) ? refused('wallet_exists', 'wallet', id) : PASSES)) opened.push(id);
    return false;
  }
}

/** The treasury, the wallet of an agent, a service's payable, or a wallet opened by name. */
export type Place = 'treasury' | 'service-0' | 'escrow' | 'fees' | { agent: string };

export class Transfer implements Step {
  constructor(
    readonly from: Place,
    readonly to: Place,
    readonly amount: number,
    readonly asset: Asset,
  ) {}
  describe(): string {
    const name = (place: Place): string => (typeof place === 'string' ? place : place.agent);
    return `transfer ${this.amount} ${this.asset} from ${name(this.from)} to ${name(this.to)}`;
  }
  run(world: ModelWorld): boolean {
    const [from, to] = [this.#walletOf(world, this.from), this.#walletOf(world, this.to)];
    if (from === undefined || to === undefined) return false;
    const amount = BigInt(this.amount);
    const command: CommandInput = {
      type: 'wallet.transfer',
      from_wallet_id: from,
      to_wallet_id: to,
      amount,
      asset: this.asset,
    };
    const missing = [from, to].find((id) => !this.#exists(world, id));
    if (amount === 0n) world.expect(command, { refused: request('amount_not_positive') });
    else if (missing !== undefined) world.expect(command, refused('wallet_not_found', 'wallet', missing));
    else if (from === to) world.expect(command, refused('wallets_are_the_same', 'wallet', to));
    else if (moneyIn(world.reference, from).available < amount)
      world.expect(command, { recorded: { code: 'insufficient_funds', kind: 'wallet', id: from } });
    else {
      world.expect(command, PASSES);
      world.reference.transfers.push({ from, to, amount });
    }
    return false;
  }

  #walletOf(world: ModelWorld, place: Place): string | undefined {
    if (place === 'treasury') return treasury(this.asset);
    if (place === 'service-0') return `service:${place}:${this.asset}`;
    if (typeof place === 'string') return `${place}:deals:${this.asset}`;
    const agent = agentByHandle(world.reference, place.agent);
    return agent && ownWallet(agent, this.asset);
  }

  /** A service's payable is there once a payment has reached it, held money has not. */
  #exists(world: ModelWorld, id: string): boolean {
    const { payments, transfers, opened } = world.reference;
    if (id.startsWith('wal_') || opened.includes(id)) return true;
    return payments.some((one) => one.to === id && one.captured > 0n) || transfers.some((one) => one.to === id);
  }
}

export class Extend implements Step {
  constructor(
    readonly number: number,
    readonly seconds: number,
  ) {}
  describe(): string {
    return `extend payment #${this.number} to ${this.seconds} s from now`;
  }
  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const payment = pickLiving(reference.payments, isOpen, this.number);
    if (!payment) return false;
    const command: CommandInput = {
      type: 'payment.extend',
      payment_id: payment.id,
      expires_in_ms: this.seconds * 1000,
    };
    const expires_at = now + this.seconds * 1000;
    const no = (code: string): void => void world.expect(command, refused(code, 'payment', payment.id));
    if (!isOpen(payment)) no(payment.status === 'expired' ? 'hold_expired' : 'payment_not_extendable');
    else if (payment.status === 'pending_approval') no('payment_pending_approval');
    else if (payment.status !== 'authorized') no('payment_dispatched');
    else if (now >= payment.expires_at) {
      world.expect(command, PASSES);
      release(payment, 'expired');
    } else {
      const over = this.#sessionThatIsOver(world, payment);
      if (over !== undefined) world.expect(command, refused('session_not_open', 'session', over));
      else if (expires_at <= payment.expires_at) no('hold_not_extended');
      else if (expires_at > payment.authorized_at + LONGEST_LIFE_MS) no('hold_life_exceeded');
      else {
        world.expect(command, PASSES);
        payment.expires_at = expires_at;
      }
    }
    return false;
  }

  #sessionThatIsOver({ reference, now }: ModelWorld, payment: ReferencePayment): string | undefined {
    if (payment.session === undefined) return undefined;
    return withAncestors(reference, payment.session).find(({ id }) => {
      const { closed, expires_at } = sessionById(reference, id);
      return closed || (expires_at !== undefined && now >= expires_at);
    })?.id;
  }
}

/** The operator's word on what happened outside. */
export class Resolve implements Step {
  constructor(
    readonly number: number,
    readonly outcome: 'captured' | 'voided',
    readonly amount: number | undefined,
  ) {}
  describe(): string {
    return `resolve payment #${this.number}: ${this.outcome} ${this.outcome === 'captured' ? (this.amount ?? 'all') : ''}`;
  }
  run(world: ModelWorld): boolean {
    const isLost = (one: ReferencePayment): boolean => isOpen(one) && !isUndispatched(one);
    const payment = pickLiving(world.reference.payments, isLost, this.number);
    if (!payment) return false;
    const amount = this.amount === undefined ? payment.held : BigInt(this.amount);
    const command: CommandInput = {
      type: 'payment.resolve',
      payment_id: payment.id,
      outcome: this.outcome,
      ...(this.amount === undefined ? {} : { amount }),
    };
    if (!isLost(payment))
      world.expect(
        command,
        refused(payment.status === 'expired' ? 'hold_expired' : 'payment_not_resolvable', 'payment', payment.id),
      );
    else if (this.outcome === 'voided') {
      world.expect(command, PASSES);
      release(payment, 'voided');
    } else if (amount === 0n) world.expect(command, { refused: request('amount_not_positive') });
    else if (amount > payment.held) world.expect(command, refused('capture_exceeds_hold', 'payment', payment.id));
    else {
      world.expect(command, PASSES);
      payment.captured += amount;
      payment.held = 0n;
      payment.status = 'captured';
    }
    return false;
  }
}
