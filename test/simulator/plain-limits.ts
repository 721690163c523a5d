import type { BookEvent, LimitDefinition } from '#domain';
import { check } from './check.js';
import type { PlainAgent, PlainPayment } from './plain-records.js';

type AgentEvent = Extract<BookEvent, { type: `agent.${string}` }>;

export interface Figures {
  spent: bigint;
  held: bigint;
}

/** What the checks ask of the book around them. */
interface Surrounding {
  readonly agents: Map<string, PlainAgent>;
  /** Address → agent. */
  readonly addresses: Map<string, string>;
  readonly payments: ReadonlyMap<string, PlainPayment>;
}

/** The agents of one org, and what their payments have used of their limits: counted anew whenever it is asked. */
export class PlainLimits {
  constructor(private readonly book: Surrounding) {}

  add(event: AgentEvent): void {
    switch (event.type) {
      case 'agent.registered':
        return void this.book.agents.set(event.agent_id, {
          id: event.agent_id,
          handle: event.handle,
          parent: event.parent_agent_id,
          status: 'active',
          limits: [...event.limits],
        });
      case 'agent.changed':
        if (event.limits) this.get(event.agent_id).limits = [...event.limits];
        return;
      case 'agent.cap_raised': {
        const agent = this.get(event.agent_id);
        agent.limits = agent.limits.map((limit) =>
          limit.per === 'lifetime' && limit.of === 'amount' && limit.asset === event.asset
            ? { ...limit, maximum: (BigInt(limit.maximum) + BigInt(event.amount)).toString() }
            : limit,
        );
        return;
      }
      case 'agent.frozen':
        this.get(event.agent_id).status = 'frozen';
        return;
      case 'agent.unfrozen':
        this.get(event.agent_id).status = 'active';
        return;
      case 'agent.revoked':
        this.get(event.agent_id).status = 'revoked';
        return;
      case 'agent.token_rotated':
        return;
      case 'agent.address_registered': {
        const holder = this.book.addresses.get(event.address);
        check(holder === undefined || holder === event.agent_id, `F7: ${event.address} is given to two agents`);
        return void this.book.addresses.set(event.address, event.agent_id);
      }
      case 'agent.address_removed':
        check(this.book.addresses.get(event.address) === event.agent_id, `F7: ${event.address} is taken from another`);
        return void this.book.addresses.delete(event.address);
    }
  }

  get(id: string): PlainAgent {
    const agent = this.book.agents.get(id);
    if (!agent) throw new Error(`there is no agent ${id}`);
    return agent;
  }

  /** The agent and those above it, nearest first. */
  chain(agentId: string): PlainAgent[] {
    const chain: PlainAgent[] = [];
    for (
      let agent = this.book.agents.get(agentId);
      agent;
      agent = agent.parent ? this.book.agents.get(agent.parent) : undefined
    )
      chain.push(agent);
    return chain;
  }

  /** What counts against a limit of an agent at a time; a rolling one exactly, however coarsely the book counts it. */
  usedOf(agentId: string, limit: LimitDefinition, at: number): bigint {
    let used = 0n;
    for (const payment of this.book.payments.values()) {
      if (payment.asset !== limit.asset || !this.chain(payment.agent).some(({ id }) => id === agentId)) continue;
      if (!countsAt(limit, payment.authorized_at, at)) continue;
      if (limit.of === 'held') used += payment.held;
      else if (limit.of === 'count') used += payment.came_to_nothing ? 0n : 1n;
      else used += payment.captured - payment.refunded + payment.held;
    }
    return used;
  }

  /** What an agent and its descendants have spent and hold. */
  figuresOf(agentId: string): Figures {
    const figures = { spent: 0n, held: 0n };
    for (const payment of this.book.payments.values()) {
      if (!this.chain(payment.agent).some(({ id }) => id === agentId)) continue;
      figures.spent += payment.captured - payment.refunded;
      figures.held += payment.held;
    }
    return figures;
  }
}

const CALENDAR_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function countsAt(limit: LimitDefinition, authorized_at: number, at: number): boolean {
  const { per } = limit;
  if (limit.of === 'held' || per === 'lifetime' || per === 'payment') return true;
  if (typeof per === 'object') return authorized_at > at - per.rolling_seconds * 1000;
  const length = CALENDAR_MS[per];
  if (length === undefined) throw new Error(`the plain book knows no ${per}`);
  return Math.floor(authorized_at / length) === Math.floor(at / length);
}

/** It looks at one payment alone. */
export function isPerPayment({ of, per }: LimitDefinition): boolean {
  return of === 'amount' && per === 'payment';
}
