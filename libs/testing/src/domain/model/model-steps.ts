import fc from 'fast-check';
import type { Asset, LimitDefinition, LimitPeriod } from '#domain';
import { OWNER, SCENARIO_ORG, type CommandInput } from '../book-scenario.js';
import { FIRST_USE, treasury, type Expectation, type ModelWorld } from './model-world.js';
import {
  agentByHandle,
  isOpen,
  isWithin,
  moneyIn,
  sessionById,
  withAncestors,
  withParents,
  type ReferenceAgent,
  type ReferenceBook,
  type ReferencePayment,
  type ReferenceSession,
} from './reference-book.js';
import { bindingRule, budgetRule, nameOf, openingRule, type Verdict } from './reference-rules.js';

/** One step of a history: names things by small numbers, so that a shrunk history stays short and readable. */
export interface Step {
  describe(): string;
  /** Does it to both books and compares what they decide; true where it moved a cap. */
  run(world: ModelWorld): boolean;
}

const HANDLES = ['default', 'ada', 'bob', 'cyd', 'dan', 'eve'];

const request = (code: string, id = 'amount'): Verdict => ({ code, kind: 'request', id });
const refused = (code: string, kind: string, id: string): Expectation => ({ refused: { code, kind, id } });
const PASSES: Expectation = { passes: true };

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items.length === 0 ? undefined : items[number % items.length];
}

/** Mostly one that is still open, since with the others little can happen; each fifth number takes any. */
function pickLiving<Item>(items: readonly Item[], living: (item: Item) => boolean, number: number): Item | undefined {
  const alive = items.filter(living);
  return alive.length === 0 || number % 5 === 4 ? pick(items, number) : pick(alive, number);
}

function pickSession(reference: ReferenceBook, number: number): ReferenceSession | undefined {
  return pickLiving(reference.sessions, (session) => !session.closed, number);
}

function asRecorded(verdict: Verdict | undefined): Expectation {
  return verdict ? { recorded: verdict } : PASSES;
}
function asRefused(verdict: Verdict | undefined): Expectation {
  return verdict ? { refused: verdict } : PASSES;
}

interface PayFields {
  handle: string;
  payee: number;
  amount: number;
  asset: Asset;
  capture: boolean;
  session: number | undefined;
  expires_in_s: number;
  key: string | undefined;
}

class Pay implements Step {
  constructor(readonly fields: PayFields) {}

  describe(): string {
    const { handle, payee, amount, asset, capture, session, key } = this.fields;
    const to = payee < 2 ? `service ${payee}` : `agent ${HANDLES[payee - 2]}`;
    const where = session === undefined ? '' : ` in session #${session}`;
    return `${handle} ${capture ? 'pays' : 'holds'} ${amount} ${asset} for ${to}${where}${key ? ` with key ${key}` : ''}`;
  }

  run(world: ModelWorld): boolean {
    const { handle, amount, asset, capture } = this.fields;
    const { reference, now } = world;
    const session = this.fields.session === undefined ? undefined : pickSession(reference, this.fields.session);
    const command = this.#command(world.freshId(), session?.id);
    const unseen = agentByHandle(reference, handle) === undefined;
    if (
      unseen &&
      reference.agents.filter((one) => one.origin === 'first_use').length >= this.#seenByFirstUse(reference)
    ) {
      world.expect(command, refused('agent_not_found', 'agent', handle));
      return false;
    }
    const agent = unseen ? this.#newcomer(command.fresh_id) : agentByHandle(reference, handle)!;
    const known = reference.keys.find((one) => one.payer === agent.id && one.key === command.key);
    if (known) {
      const conflict = known.fingerprint !== command.fingerprint;
      world.expect(
        command,
        conflict ? { refused: request('idempotency_key_conflict', command.key) } : { replays: known.sequence },
      );
      return false;
    }
    // The newcomer is looked at as if it were there, and is there once something is recorded.
    if (unseen) reference.agents.push(agent);
    const unacceptable = this.#unacceptable(reference, agent, unseen, session);
    if (unacceptable) {
      if (unseen) reference.agents.pop();
      world.expect(command, unacceptable);
      return false;
    }
    const wallet = walletFor(reference, agent, asset, session?.id);
    const asked = {
      org: SCENARIO_ORG,
      agent: agent.id,
      ...(session ? { session: session.id } : {}),
      wallet,
      amount: BigInt(amount),
      asset,
      capture,
      now,
      first_use_together: BigInt(FIRST_USE.together_per_day),
    };
    const exact = bindingRule(reference, asked, 'exact');
    const passed = world.expect(command, asRecorded(exact), asRecorded(bindingRule(reference, asked, 'widest')));
    reference.payments.push({
      id: `pay_${command.fresh_id}`,
      agent: agent.id,
      asset,
      from: wallet,
      to: this.#payeeWallet(reference),
      ...(session ? { session: session.id } : {}),
      first_use: agent.origin === 'first_use',
      authorized_at: now,
      expires_at: now + this.fields.expires_in_s * 1000,
      status: !passed ? 'declined' : capture ? 'captured' : 'authorized',
      held: passed && !capture ? BigInt(amount) : 0n,
      captured: passed && capture ? BigInt(amount) : 0n,
      refunded: 0n,
    });
    if (command.key !== undefined)
      reference.keys.push({
        payer: agent.id,
        key: command.key,
        fingerprint: command.fingerprint,
        sequence: reference.sequence,
      });
    return false;
  }

  #command(freshId: string, session: string | undefined) {
    const { handle, payee, amount, asset, capture, expires_in_s, key } = this.fields;
    const fingerprint = `${payee} ${amount} ${asset} ${capture} ${session ?? ''}`;
    return {
      type: 'payment.authorize' as const,
      fresh_id: freshId,
      agent: handle,
      payee: payee < 2 ? { service: `service-${payee}` } : { agent: HANDLES[payee - 2]! },
      amount: BigInt(amount),
      asset,
      capture,
      protocol: 'direct' as const,
      labels: {},
      expires_in_ms: expires_in_s * 1000,
      ...(session === undefined ? {} : { session_id: session }),
      ...(key === undefined ? { key: undefined, fingerprint: '' } : { key, fingerprint }),
    };
  }

  #seenByFirstUse(reference: ReferenceBook): number {
    // Those taken over since count as seen: the org takes so many newcomers in all.
    const taken = reference.agents.filter((one) => one.origin === 'explicit' && one.taken_over === true).length;
    return FIRST_USE.agents_maximum - taken;
  }

  #newcomer(freshId: string): ReferenceAgent {
    const limit = (per: 'payment' | 'day', maximum: string, time_zone?: string) => ({
      definition: { of: 'amount' as const, per, maximum, asset: 'USD' as const, ...(time_zone ? { time_zone } : {}) },
      added_to_live: false,
    });
    return {
      id: `agt_${freshId}`,
      handle: this.fields.handle,
      status: 'active',
      origin: 'first_use',
      funding: 'treasury',
      limits: [limit('payment', FIRST_USE.per_payment), limit('day', FIRST_USE.per_day, 'UTC')],
    };
  }

  #unacceptable(
    reference: ReferenceBook,
    agent: ReferenceAgent,
    unseen: boolean,
    session: ReferenceSession | undefined,
  ): Expectation | undefined {
    const { asset, payee } = this.fields;
    const uncovered = withParents(reference, agent.id).find(
      ({ limits }) => limits.length > 0 && limits.every(({ definition }) => definition.asset !== asset),
    );
    if (uncovered) return refused('asset_mismatch', 'agent', uncovered.id);
    if (session && session.asset !== asset) return refused('asset_mismatch', 'session', session.id);
    if (payee < 2) return undefined;
    const paid = agentByHandle(reference, HANDLES[payee - 2]!);
    // A newcomer is not there yet for its own payment.
    if (!paid || paid.status === 'revoked' || (unseen && paid.id === agent.id))
      return refused('payee_not_found', 'agent', HANDLES[payee - 2]!);
    return paid.id === agent.id ? refused('payee_is_payer', 'agent', paid.id) : undefined;
  }

  #payeeWallet(reference: ReferenceBook): string {
    const { payee, asset } = this.fields;
    if (payee < 2) return `service:service-${payee}:${asset}`;
    return ownWallet(agentByHandle(reference, HANDLES[payee - 2]!)!, asset);
  }
}

function ownWallet(agent: ReferenceAgent, asset: Asset): string {
  return `wal_${agent.id.slice(4)}_${asset.toLowerCase()}`;
}

function walletFor(reference: ReferenceBook, agent: ReferenceAgent, asset: Asset, session: string | undefined): string {
  const named = session === undefined ? undefined : withAncestors(reference, session).find((one) => one.wallet);
  return named?.wallet ?? (agent.funding === 'own' ? ownWallet(agent, asset) : treasury(asset));
}

type Ending = 'capture' | 'void' | 'refund' | 'dispatch';

/** A later step of the payment that was made as the `number`th. */
class Later implements Step {
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
    if (payment.status === 'authorized' && world.now >= payment.expires_at) {
      world.expect(command, { recorded: { code: 'hold_expired', kind: 'payment', id: payment.id } });
      return release(payment, 'expired');
    }
    const amount = this.amount === undefined ? payment.held : BigInt(this.amount);
    if (amount > payment.held) {
      world.expect(command, refused('capture_exceeds_hold', 'payment', payment.id));
    } else if (amount === 0n && !this.final) {
      world.expect(command, { refused: request('amount_not_positive') });
    } else {
      world.expect(command, PASSES);
      payment.captured += amount;
      payment.held -= amount;
      if (this.final) payment.held = 0n;
      if (payment.held === 0n) payment.status = 'captured';
    }
  }

  #refund(world: ModelWorld, payment: ReferencePayment, command: CommandInput): void {
    if (payment.status !== 'captured') {
      world.expect(command, refused('payment_not_refundable', 'payment', payment.id));
      return;
    }
    const left = payment.captured - payment.refunded;
    const amount = this.amount === undefined ? left : BigInt(this.amount);
    if (amount > left || left === 0n) world.expect(command, refused('refund_exceeds_captured', 'payment', payment.id));
    else if (amount === 0n) world.expect(command, { refused: request('amount_not_positive') });
    else if (moneyIn(world.reference, payment.to).available < amount)
      world.expect(command, refused('refund_exceeds_payee_funds', 'wallet', payment.to));
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
      world.expect(command, refused('payment_dispatched', 'payment', payment.id));
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

/** The hold ends; what was captured of it before makes it a captured payment all the same. */
function release(payment: ReferencePayment, status: 'voided' | 'expired'): void {
  payment.held = 0n;
  payment.status = payment.captured > 0n ? 'captured' : status;
}

class LapseAll implements Step {
  describe(): string {
    return 'what is due lapses';
  }
  run(world: ModelWorld): boolean {
    for (const payment of world.reference.payments) {
      world.fold(world.decide({ type: 'payment.lapse', credential: OWNER, payment_id: payment.id }));
      if (payment.status === 'authorized' && world.now >= payment.expires_at) release(payment, 'expired');
      else if (payment.status === 'dispatched' && world.now >= payment.unknown_at!) payment.status = 'outcome_unknown';
    }
    return false;
  }
}

class OpenSession implements Step {
  constructor(
    readonly parent: number | undefined,
    readonly budget: number,
    readonly mode: 'shared' | 'reserved',
    readonly asset: Asset,
    readonly wallet: string | undefined,
    readonly expires_in_s: number | undefined,
  ) {}

  describe(): string {
    const under = this.parent === undefined ? '' : ` under #${this.parent}`;
    const rest = `${this.wallet ? ` on the wallet of ${this.wallet}` : ''}${this.expires_in_s ? ` for ${this.expires_in_s} s` : ''}`;
    return `open a ${this.mode} session of ${this.budget} ${this.asset}${under}${rest}`;
  }

  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const parent = this.parent === undefined ? undefined : pickSession(reference, this.parent);
    const owner = this.wallet === undefined ? undefined : agentByHandle(reference, this.wallet);
    const wallet = owner && ownWallet(owner, this.asset);
    const funded = wallet === undefined || world.overlay.wallets.get(wallet) !== undefined;
    const id = world.freshId();
    const command: CommandInput = {
      type: 'session.open',
      fresh_id: id,
      ...(parent ? { parent_session_id: parent.id } : {}),
      asset: this.asset,
      budget: BigInt(this.budget),
      mode: this.mode,
      labels: {},
      ...(wallet === undefined ? {} : { wallet_id: wallet }),
      ...(this.expires_in_s === undefined ? {} : { expires_in_ms: this.expires_in_s * 1000 }),
      token_hash: '',
    };
    let expected = asRefused(openingRule(reference, parent?.id, this.mode, BigInt(this.budget), now));
    if ('passes' in expected && !funded) expected = refused('wallet_not_found', 'wallet', wallet);
    if (parent && parent.asset !== this.asset) expected = refused('asset_mismatch', 'session', parent.id);
    if (!world.expect(command, expected)) return false;
    reference.sessions.push({
      id: `ses_${id}`,
      ...(parent ? { parent: parent.id } : {}),
      asset: this.asset,
      budget: BigInt(this.budget),
      mode: this.mode,
      closed: false,
      ...(wallet === undefined ? {} : { wallet }),
      ...(this.expires_in_s === undefined ? {} : { expires_at: now + this.expires_in_s * 1000 }),
    });
    return false;
  }
}

class CloseSession implements Step {
  constructor(readonly number: number) {}
  describe(): string {
    return `close session #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const session = pickSession(reference, this.number);
    if (!session) return false;
    const expected = session.closed ? refused('session_not_open', 'session', session.id) : PASSES;
    if (!world.expect({ type: 'session.close', session_id: session.id }, expected)) return false;
    const closing = reference.sessions.filter((one) => !one.closed && isWithin(reference, one.id, session.id));
    for (const payment of reference.payments)
      if (payment.status === 'authorized' && closing.some((one) => one.id === payment.session))
        release(payment, 'voided');
    for (const one of closing) one.closed = true;
    return false;
  }
}

class SetBudget implements Step {
  constructor(
    readonly number: number,
    readonly budget: number,
    readonly byTopUp: boolean,
  ) {}
  describe(): string {
    return this.byTopUp
      ? `top session #${this.number} up by ${this.budget}`
      : `set session #${this.number} to ${this.budget}`;
  }
  run(world: ModelWorld): boolean {
    const session = pickSession(world.reference, this.number);
    if (!session) return false;
    const amount = BigInt(this.budget);
    const budget = this.byTopUp ? session.budget + amount : amount;
    const command: CommandInput = this.byTopUp
      ? { type: 'topup', target: { session_id: session.id }, amount, asset: session.asset }
      : { type: 'session.change', session_id: session.id, budget };
    const expected =
      this.byTopUp && amount === 0n
        ? ({ refused: request('amount_not_positive') } as const)
        : asRefused(budgetRule(world.reference, session.id, budget));
    if (!world.expect(command, expected)) return false;
    sessionById(world.reference, session.id).budget = budget;
    return true;
  }
}

class Register implements Step {
  constructor(
    readonly handle: string,
    readonly parent: string | undefined,
    readonly funding: 'treasury' | 'own',
    readonly limits: readonly LimitDefinition[],
  ) {}
  describe(): string {
    const under = this.parent === undefined ? '' : ` under ${this.parent}`;
    return `register ${this.handle}${under} (${this.funding}) with ${describeLimits(this.limits)}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const parent = this.parent === undefined ? undefined : agentByHandle(reference, this.parent);
    const before = agentByHandle(reference, this.handle);
    const id = world.freshId();
    const command: CommandInput = {
      type: 'agent.register',
      fresh_id: id,
      handle: this.handle,
      ...(parent ? { parent_agent: parent.id } : {}),
      limits: this.limits,
      funding: this.funding,
      token_hash: `${id} proof`,
    };
    const takesOver = before?.origin === 'first_use' && before.status === 'active' && !parent;
    const taken = before && before.status !== 'revoked' && !takesOver;
    const inactive = parent && parent.status !== 'active';
    const expected = inactive
      ? refused('agent_not_active', 'agent', parent.id)
      : taken
        ? refused('agent_handle_taken', 'agent', this.handle)
        : PASSES;
    if (!world.expect(command, expected)) return false;
    if (takesOver)
      Object.assign(before, {
        origin: 'explicit',
        taken_over: true,
        funding: this.funding,
        limits: this.limits.map((definition) => ({ definition, added_to_live: true })),
      });
    else
      reference.agents.push({
        id: `agt_${id}`,
        handle: this.handle,
        ...(parent ? { parent: parent.id } : {}),
        status: 'active',
        origin: 'explicit',
        funding: this.funding,
        limits: this.limits.map((definition) => ({ definition, added_to_live: false })),
      });
    return true;
  }
}

class ChangeLimits implements Step {
  constructor(
    readonly handle: string,
    readonly added: readonly LimitDefinition[],
    readonly keep: boolean,
  ) {}
  describe(): string {
    return `${this.keep ? 'add to' : 'set'} the limits of ${this.handle}: ${describeLimits(this.added)}`;
  }
  run(world: ModelWorld): boolean {
    const agent = agentByHandle(world.reference, this.handle);
    if (!agent) return false;
    const names = this.added.map(nameOf);
    const kept = this.keep ? agent.limits.filter(({ definition }) => !names.includes(nameOf(definition))) : [];
    const command: CommandInput = {
      type: 'agent.change',
      agent: agent.id,
      limits: [...kept.map(({ definition }) => definition), ...this.added],
    };
    if (!world.expect(command, agent.status === 'revoked' ? refused('agent_not_active', 'agent', agent.id) : PASSES))
      return false;
    agent.limits = [...kept, ...this.added.map((definition) => ({ definition, added_to_live: true }))];
    return true;
  }
}

class RaiseCap implements Step {
  constructor(
    readonly handle: string,
    readonly amount: number,
  ) {}
  describe(): string {
    return `top ${this.handle}'s cap up by ${this.amount}`;
  }
  run(world: ModelWorld): boolean {
    const agent = agentByHandle(world.reference, this.handle);
    if (!agent) return false;
    const capped = agent.limits.filter(
      ({ definition: { of, per, asset } }) => of === 'amount' && per === 'lifetime' && asset === 'USD',
    );
    const command: CommandInput = {
      type: 'topup',
      target: { agent: agent.id },
      amount: BigInt(this.amount),
      asset: 'USD',
    };
    if (!world.expect(command, capped.length > 0 ? PASSES : refused('agent_not_capped', 'agent', agent.id)))
      return false;
    for (const limit of capped) {
      const maximum = (BigInt(limit.definition.maximum) + BigInt(this.amount)).toString();
      limit.definition = { ...limit.definition, maximum };
    }
    return true;
  }
}

class SetStatus implements Step {
  constructor(
    readonly what: 'freeze' | 'unfreeze' | 'revoke',
    readonly handle: string,
  ) {}
  describe(): string {
    return `${this.what} ${this.handle}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const agent = agentByHandle(reference, this.handle);
    if (!agent) return false;
    const command = { type: `agent.${this.what}`, agent: agent.id, reason: 'test' } as CommandInput;
    const living =
      agent.status === 'revoked' && this.what !== 'revoke' ? refused('agent_not_active', 'agent', agent.id) : PASSES;
    const frozen =
      this.what === 'unfreeze' && agent.status === 'active' ? refused('agent_not_frozen', 'agent', agent.id) : living;
    if (!world.expect(command, frozen)) return false;
    const wasRevoked = agent.status === 'revoked';
    agent.status = this.what === 'freeze' ? 'frozen' : this.what === 'revoke' ? 'revoked' : 'active';
    if (this.what === 'unfreeze' || wasRevoked) return false;
    for (const payment of reference.payments)
      if (payment.status === 'authorized' && withParents(reference, payment.agent).some((one) => one.id === agent.id))
        release(payment, 'voided');
    return false;
  }
}

class TopUpWallet implements Step {
  constructor(
    readonly handle: string | undefined,
    readonly amount: number,
    readonly asset: Asset,
  ) {}
  describe(): string {
    return `bring ${this.amount} ${this.asset} to ${this.handle ?? 'the treasury'}`;
  }
  run(world: ModelWorld): boolean {
    const agent = this.handle === undefined ? undefined : agentByHandle(world.reference, this.handle);
    const wallet = agent ? ownWallet(agent, this.asset) : treasury(this.asset);
    const amount = BigInt(this.amount);
    world.expect({ type: 'topup', target: { wallet_id: wallet }, amount, asset: this.asset }, PASSES);
    world.reference.topups.push({ wallet, asset: this.asset, amount });
    return false;
  }
}

class PassTime implements Step {
  constructor(readonly seconds: number) {}
  describe(): string {
    return `${this.seconds} s pass`;
  }
  run(world: ModelWorld): boolean {
    world.clock += this.seconds * 1000;
    return false;
  }
}

class EndCycle implements Step {
  constructor(readonly lost: boolean) {}
  describe(): string {
    return this.lost ? 'the cycle is lost' : 'the cycle is written';
  }
  run(world: ModelWorld): boolean {
    if (this.lost) world.crash();
    else world.commit();
    return this.lost;
  }
}

function describeLimits(limits: readonly LimitDefinition[]): string {
  const one = ({ of, per, maximum, asset, time_zone }: LimitDefinition): string =>
    `${maximum} ${asset} ${of} per ${typeof per === 'object' ? `${per.rolling_seconds} s` : per}${time_zone ? ` in ${time_zone}` : ''}`;
  return limits.length === 0 ? 'no limits' : limits.map(one).join(', ');
}

const number = fc.nat(40);
const handle = fc.constantFrom(...HANDLES);
const asset = fc.oneof(
  { arbitrary: fc.constant<Asset>('USD'), weight: 14 },
  { arbitrary: fc.constant<Asset>('JPY'), weight: 1 },
);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, { arbitrary, weight: 1 });

const limit: fc.Arbitrary<LimitDefinition> = fc.oneof(
  fc.record(
    {
      of: fc.constant('amount' as const),
      per: fc.constantFrom('payment' as const, 'lifetime' as const, { rolling_seconds: 90 }, { rolling_seconds: 3600 }),
      maximum: fc.integer({ min: 9, max: 90 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('amount' as const, 'amount' as const, 'count' as const),
      per: fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const),
      maximum: fc.integer({ min: 3, max: 90 }).map(String),
      asset,
      time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('held' as const, 'count' as const),
      per: fc.constant('lifetime' as const),
      maximum: fc.integer({ min: 3, max: 30 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
);
const limits = fc.uniqueArray(limit, {
  maxLength: 3,
  selector: ({ of, per, asset: one, time_zone }) =>
    JSON.stringify([of, per, one, time_zone === 'UTC' ? undefined : time_zone]),
});

const pay = fc
  .record({
    handle,
    payee: fc.oneof({ arbitrary: fc.nat(1), weight: 4 }, { arbitrary: fc.nat(HANDLES.length + 1), weight: 1 }),
    amount: fc.oneof(
      { arbitrary: fc.integer({ min: 1, max: 9 }), weight: 3 },
      { arbitrary: fc.integer({ min: 1, max: 40 }), weight: 1 },
    ),
    asset,
    capture: fc.boolean(),
    session: fc.oneof({ arbitrary: number, weight: 2 }, { arbitrary: fc.constant(undefined), weight: 1 }),
    expires_in_s: fc.constantFrom(900, 60, 5),
  })
  .map((fields): Step => new Pay({ ...fields, key: undefined }));

/** Few bodies and few keys, so that the same key comes again with the same body, and with another. */
const keyedPay = fc
  .record({ handle, payee: fc.constantFrom(0, 0, 0, 1), capture: fc.boolean(), key: fc.constantFrom('a', 'b') })
  .map((fields): Step => new Pay({ ...fields, amount: 4, asset: 'USD', session: undefined, expires_in_s: 60 }));

const later = fc
  .tuple(
    fc.constantFrom<Ending>('capture', 'capture', 'void', 'refund', 'dispatch'),
    number,
    maybe(fc.nat(20)),
    fc.boolean(),
  )
  .map(([what, which, amount, final]): Step => new Later(what, which, amount, final));
const openSession = fc
  .tuple(
    maybe(number),
    fc.integer({ min: 0, max: 80 }),
    fc.constantFrom<'shared' | 'reserved'>('shared', 'reserved'),
    asset,
    sometimes(handle),
    sometimes(fc.constantFrom(60, 3600)),
  )
  .map((fields): Step => new OpenSession(...fields));

/** A step of a random history; payments and their ends are most of them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: pay, weight: 28 },
  { arbitrary: keyedPay, weight: 5 },
  { arbitrary: later, weight: 24 },
  { arbitrary: openSession, weight: 4 },
  { arbitrary: number.map((which): Step => new CloseSession(which)), weight: 2 },
  {
    arbitrary: fc
      .tuple(number, fc.nat(80), fc.boolean())
      .map(([which, budget, topUp]): Step => new SetBudget(which, budget, topUp)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(handle, sometimes(handle), fc.constantFrom<'treasury' | 'own'>('treasury', 'treasury', 'own'), limits)
      .map((fields): Step => new Register(...fields)),
    weight: 3,
  },
  { arbitrary: fc.tuple(handle, limits, fc.boolean()).map((fields): Step => new ChangeLimits(...fields)), weight: 3 },
  {
    arbitrary: fc.tuple(handle, fc.integer({ min: 1, max: 20 })).map((fields): Step => new RaiseCap(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'freeze' | 'unfreeze' | 'revoke'>('freeze', 'unfreeze', 'unfreeze', 'revoke'), handle)
      .map((fields): Step => new SetStatus(...fields)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(maybe(handle), fc.integer({ min: 1, max: 50 }), asset)
      .map((fields): Step => new TopUpWallet(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .constantFrom(1, 1, 5, 5, 61, 61, 1200, 3600, 40_000, 86_400, 700_000, -30)
      .map((seconds): Step => new PassTime(seconds)),
    weight: 8,
  },
  { arbitrary: fc.constant<Step>(new LapseAll()), weight: 3 },
  { arbitrary: fc.boolean().map((written): Step => new EndCycle(!written)), weight: 4 },
);

/** Where every history begins: a family of agents, two trees of sessions, and money of both assets. */
export function prologue(): Step[] {
  const cap = (of: 'amount' | 'held', per: LimitPeriod, maximum: string): LimitDefinition => ({
    of,
    per,
    maximum,
    asset: 'USD',
  });
  return [
    new TopUpWallet(undefined, 100, 'JPY'),
    new Register('ada', undefined, 'treasury', [cap('amount', 'lifetime', '150')]),
    new Register('bob', 'ada', 'treasury', [cap('amount', 'day', '70'), cap('held', 'lifetime', '30')]),
    new Register('cyd', 'bob', 'treasury', [cap('amount', { rolling_seconds: 90 }, '40')]),
    new Register('dan', undefined, 'own', [cap('amount', { rolling_seconds: 3600 }, '50')]),
    new TopUpWallet('dan', 60, 'USD'),
    new OpenSession(undefined, 120, 'shared', 'USD', undefined, undefined),
    new OpenSession(0, 60, 'reserved', 'USD', undefined, undefined),
    new OpenSession(1, 50, 'shared', 'USD', undefined, undefined),
    new OpenSession(2, 30, 'reserved', 'USD', undefined, undefined),
    new OpenSession(undefined, 90, 'shared', 'USD', 'dan', undefined),
    new EndCycle(false),
  ];
}

/** Long after: every hold has ended, but those of which nobody knows what happened outside. */
export function everythingEnds(): Step[] {
  return [new PassTime(40 * 86_400), new LapseAll(), new EndCycle(false)];
}
