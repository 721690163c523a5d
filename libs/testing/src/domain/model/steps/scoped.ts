import type { CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, type ReferenceAgent, type ReferenceBook } from '../reference-book.js';
import { RaiseCap, SetStatus } from './agents.js';
import { Pay, type PayFields } from './pay.js';
import { PASSES, pickLiving, refused, type Step } from './step.js';

/** One of the scoped agents there are, by a small number. */
function pickScoped(reference: ReferenceBook, number: number): ReferenceAgent | undefined {
  const scoped = reference.agents.filter((agent) => agent.origin === 'scoped');
  return pickLiving(scoped, (agent) => agent.status === 'active', number);
}

/** Makes a scoped agent of an agent, or of one that is scoped itself. */
export class Scope implements Step {
  constructor(
    readonly handle: string,
    readonly ofScoped: number | undefined,
    readonly most: number,
  ) {}
  describe(): string {
    const whose = this.ofScoped === undefined ? this.handle : `scoped agent #${this.ofScoped}`;
    return `scope ${this.most} out of ${whose}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const scoped = this.ofScoped === undefined ? undefined : pickScoped(reference, this.ofScoped);
    const above = scoped ?? agentByHandle(reference, this.handle);
    if (!above) return false;
    const fresh = world.freshId();
    const maximum = this.most.toString();
    const command: CommandInput = {
      type: 'agent.scope',
      agent: above.id,
      scoped_agent_id: `agt_${fresh}`,
      amount: BigInt(this.most),
      asset: 'USD',
      labels: {},
    };
    const expected = above.status === 'active' ? PASSES : refused('agent_not_active', 'agent', above.id);
    if (!world.expect(command, expected)) return false;
    reference.agents.push({
      id: `agt_${fresh}`,
      handle: `${above.handle}.${fresh.slice(-12)}`.slice(-128),
      parent: above.id,
      status: 'active',
      origin: 'scoped',
      funding: above.funding,
      limits: [{ definition: { of: 'amount', per: 'lifetime', maximum, asset: 'USD' }, added_to_live: false }],
    });
    return false;
  }
}

/** Pays by a scoped agent, raises its limit or changes its status: as with any other agent. */
export class ByScoped implements Step {
  constructor(
    readonly number: number,
    readonly what: Omit<PayFields, 'handle'> | 'raise' | 'freeze' | 'revoke',
  ) {}
  describe(): string {
    return `scoped agent #${this.number}: ${this.#stepOf('it').describe()}`;
  }
  run(world: ModelWorld): boolean {
    const scoped = pickScoped(world.reference, this.number);
    return scoped ? this.#stepOf(scoped.handle).run(world) : false;
  }
  #stepOf(handle: string): Step {
    if (this.what === 'raise') return new RaiseCap(handle, 7);
    if (typeof this.what === 'string') return new SetStatus(this.what, handle);
    return new Pay({ ...this.what, handle });
  }
}
