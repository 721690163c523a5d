import type { LimitDefinition, SpendLists } from '#domain';
import type { CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, withParents, isUndispatched } from '../reference-book.js';
import { nameOf } from '../reference-rules.js';
import { describeLimits, live, PASSES, refused, resolved, resolvedLists, type Step } from './step.js';
import { release } from './ending.js';

export class Register implements Step {
  constructor(
    readonly handle: string,
    readonly parent: string | undefined,
    readonly funding: 'treasury' | 'own',
    readonly limits: readonly LimitDefinition[],
    readonly lists?: SpendLists,
  ) {}
  describe(): string {
    const under = this.parent === undefined ? '' : ` under ${this.parent}`;
    return `register ${this.handle}${under} (${this.funding}) with ${describeLimits(this.limits)}${this.lists ? ` and ${JSON.stringify(this.lists)}` : ''}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const parent = this.parent === undefined ? undefined : agentByHandle(reference, this.parent);
    const before = agentByHandle(reference, this.handle);
    const id = world.freshId();
    const limits = resolved(reference, this.limits);
    const lists = resolvedLists(reference, this.lists);
    const command: CommandInput = {
      type: 'agent.register',
      fresh_id: id,
      handle: this.handle,
      ...(parent ? { parent_agent: parent.id } : {}),
      limits,
      ...(lists ? { lists } : {}),
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
        limits: live(limits, true),
        lists,
        approval_above: undefined,
      });
    else
      reference.agents.push({
        id: `agt_${id}`,
        handle: this.handle,
        ...(parent ? { parent: parent.id } : {}),
        status: 'active',
        origin: 'explicit',
        funding: this.funding,
        limits: live(limits, false),
        ...(lists ? { lists } : {}),
      });
    return true;
  }
}

export class ChangeLimits implements Step {
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
    const added = resolved(world.reference, this.added);
    const names = added.map(nameOf);
    const kept = this.keep ? agent.limits.filter(({ definition }) => !names.includes(nameOf(definition))) : [];
    const command: CommandInput = {
      type: 'agent.change',
      agent: agent.id,
      limits: [...kept.map(({ definition }) => definition), ...added],
    };
    if (!world.expect(command, agent.status === 'revoked' ? refused('agent_not_active', 'agent', agent.id) : PASSES))
      return false;
    agent.limits = [...kept, ...live(added, true)];
    return true;
  }
}

export class RaiseCap implements Step {
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
      ({ definition: { of, per, asset, service, payee } }) =>
        of === 'amount' && per === 'lifetime' && asset === 'USD' && service === undefined && payee === undefined,
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

export class SetStatus implements Step {
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
      if (isUndispatched(payment) && withParents(reference, payment.agent).some((one) => one.id === agent.id))
        release(payment, 'voided');
    return false;
  }
}
