import type { Asset } from '#domain';
import type { ModelWorld } from '../model-world.js';
import { treasury } from '../opening.js';
import { agentByHandle } from '../reference-book.js';
import { PASSES, type Step } from './step.js';
import { ownWallet } from './pay.js';

export class TopUpWallet implements Step {
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

export class PassTime implements Step {
  constructor(readonly seconds: number) {}
  describe(): string {
    return `${this.seconds} s pass`;
  }
  run(world: ModelWorld): boolean {
    world.clock += this.seconds * 1000;
    return false;
  }
}

export class EndCycle implements Step {
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
