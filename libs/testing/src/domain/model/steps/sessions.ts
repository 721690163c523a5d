import type { Asset } from '#domain';
import type { CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, isWithin, sessionById } from '../reference-book.js';
import { budgetRule, openingRule } from '../reference-rules.js';
import { PASSES, asRefused, pickSession, refused, request, type Step } from './step.js';
import { ownWallet } from './pay.js';
import { release } from './later.js';

export class OpenSession implements Step {
  constructor(
    readonly parent: number | undefined,
    readonly budget: number,
    readonly mode: 'shared' | 'reserved',
    readonly asset: Asset,
    /** Handle of the agent that it is funded by, or the org's escrow. */
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
    const wallet = this.wallet === 'escrow' ? `escrow:deals:${this.asset}` : owner && ownWallet(owner, this.asset);
    const funded = wallet === undefined || owner !== undefined || reference.opened.includes(wallet);
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

export class CloseSession implements Step {
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

export class SetBudget implements Step {
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
