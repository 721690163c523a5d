import type { Asset, LimitDefinition, SpendLists } from '#domain';
import type { CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, isOver, sessionById } from '../reference-book.js';
import { budgetRule, nameOf, openingRule } from '../reference-rules.js';
import {
  PASSES,
  asRefused,
  describeLimits,
  live,
  resolved,
  resolvedLists,
  pickSession,
  refused,
  request,
  type Step,
} from './step.js';
import { ownWallet } from './pay.js';
import { closeWithin } from './ending.js';

export class OpenSession implements Step {
  constructor(
    readonly parent: number | undefined,
    readonly budget: number,
    readonly mode: 'shared' | 'reserved',
    readonly asset: Asset,
    /** Handle of the agent that it is funded by, or the org's escrow. */
    readonly wallet: string | undefined,
    readonly expires_in_s: number | undefined,
    readonly limits: readonly LimitDefinition[] = [],
    readonly lists?: SpendLists,
  ) {}

  describe(): string {
    const under = this.parent === undefined ? '' : ` under #${this.parent}`;
    const rest = `${this.wallet ? ` on the wallet of ${this.wallet}` : ''}${this.expires_in_s ? ` for ${this.expires_in_s} s` : ''}${this.limits.length > 0 ? ` with ${describeLimits(this.limits)}` : ''}${this.lists ? ` and ${JSON.stringify(this.lists)}` : ''}`;
    return `open a ${this.mode} session of ${this.budget} ${this.asset}${under}${rest}`;
  }

  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const parent = this.parent === undefined ? undefined : pickSession(reference, this.parent);
    const owner = this.wallet === undefined ? undefined : agentByHandle(reference, this.wallet);
    const wallet = this.wallet === 'escrow' ? `escrow:deals:${this.asset}` : owner && ownWallet(owner, this.asset);
    const funded = wallet === undefined || owner !== undefined || reference.opened.includes(wallet);
    const id = world.freshId();
    const limits = inAsset(resolved(reference, this.limits), this.asset);
    const lists = resolvedLists(reference, this.lists);
    const command: CommandInput = {
      type: 'session.open',
      fresh_id: id,
      ...(parent ? { parent_session_id: parent.id } : {}),
      asset: this.asset,
      budget: BigInt(this.budget),
      mode: this.mode,
      labels: {},
      limits,
      ...(lists ? { lists } : {}),
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
      limits: live(limits, false),
      ...(lists ? { lists } : {}),
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
    closeWithin(reference, session.id);
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
        : asRefused(budgetRule(world.reference, session.id, budget, world.now));
    if (!world.expect(command, expected)) return false;
    sessionById(world.reference, session.id).budget = budget;
    return true;
  }
}

/** New limits or lists of a session or, without one, of the org. */
export class ChangeRules implements Step {
  constructor(
    readonly number: number | undefined,
    readonly limits: readonly LimitDefinition[],
    readonly lists: SpendLists | undefined,
  ) {}
  describe(): string {
    const whose = this.number === undefined ? 'the org' : `session #${this.number}`;
    return `set the rules of ${whose}: ${describeLimits(this.limits)}, ${JSON.stringify(this.lists ?? null)}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const session = this.number === undefined ? undefined : pickSession(reference, this.number);
    if (this.number !== undefined && !session) return false;
    const all = resolved(reference, this.limits);
    const limits = session ? inAsset(all, session.asset) : all;
    const lists = resolvedLists(reference, this.lists) ?? null;
    const command: CommandInput = session
      ? { type: 'session.change', session_id: session.id, limits, lists }
      : { type: 'organization.change', limits, lists };
    const isClosed = session && (session.closed || isOver(session, world.now));
    const expected = isClosed ? refused('session_not_open', 'session', session.id) : PASSES;
    if (!world.expect(command, expected)) return false;
    const scope = session ?? reference;
    scope.limits = limits.map((definition) => {
      // One of the same name is the one that was there, with another maximum.
      const before = scope.limits.find((one) => nameOf(one.definition) === nameOf(definition));
      return { definition, added_to_live: before?.added_to_live ?? true };
    });
    if (lists) scope.lists = lists;
    else delete scope.lists;
    return true;
  }
}

function inAsset(limits: readonly LimitDefinition[], asset: Asset): LimitDefinition[] {
  return limits.filter((limit) => limit.asset === asset);
}
