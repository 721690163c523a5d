import { declineOf, limitFigures, type Asked, type Scope } from './decide/rules.js';
import type { Decline } from './declines.js';
import type { PaymentEvent } from './events/index.js';
import { charge, openWindows } from './evolve/charges.js';
import { usageChange } from './facts.js';
import type { LimitDefinition } from './limits.js';
import { refusedByLists, type SpendLists } from './lists.js';
import type { PolicyScope } from './policy-scope.js';
import { limitState, windowAt, type LimitState } from './usage.js';

/** Limits and lists that nobody has set yet. */
export interface DraftPolicy {
  limits: readonly LimitDefinition[];
  lists?: SpendLists;
}

/** What a draft says of one recorded payment. */
export type PolicyVerdict =
  /** It passed then and would pass. */
  | { kind: 'passes' }
  /** It passed then, and the draft would have refused it. */
  | { kind: 'would_refuse'; decline: Decline }
  /** It was refused then by the same scope, and the draft would have let it pass. */
  | { kind: 'would_pass'; declined: Decline };

const DRAFT = 'draft';

/**
 * Runs a draft against recorded payments, in the order of the log, by the same functions that decide: what it refuses counts
 * nowhere afterwards. Payments before the period only fill its windows. Pure; a limit starts at nothing. Whoever feeds it leaves
 * out what does not count in the scope (`ScopeMembers`).
 */
export class PolicySimulation {
  readonly #limits: readonly LimitState[];
  readonly #lists: SpendLists | undefined;
  readonly #refused = new Set<string>();

  constructor(
    draft: DraftPolicy,
    readonly scope: PolicyScope,
    /** Payments authorized before this time only fill windows. */
    readonly from: number,
  ) {
    this.#limits = draft.limits.map((definition) => limitState(definition, 'itself'));
    this.#lists = draft.lists;
  }

  /** Undefined for what is no decision of the period. */
  take(event: PaymentEvent): PolicyVerdict | undefined {
    switch (event.type) {
      case 'payment.authorized':
      case 'payment.transferred':
      case 'payment.pending_approval':
        return this.#decided(event, event.type !== 'payment.transferred');
      case 'payment.declined':
        return this.#declined(event);
      default:
        if (!this.#refused.has(event.payment_id)) charge(this.#limits, event, usageChange(event));
        return undefined;
    }
  }

  #decided(event: PaymentEvent, holds: boolean): PolicyVerdict | undefined {
    const asked = askedBy(event, holds);
    const counts = event.time >= this.from;
    const decline = counts ? this.#refusal(event, asked) : undefined;
    if (decline) {
      this.#refused.add(event.payment_id);
      return { kind: 'would_refuse', decline };
    }
    for (const limit of this.#limits) {
      if (limit.counted_in !== 'usages') continue;
      const { start, end } = windowAt(limit.definition, event.authorized_at);
      openWindows([limit], DRAFT, [[DRAFT, limit.id, start, end]], event.time);
    }
    charge(this.#limits, event, usageChange(event));
    return counts ? { kind: 'passes' } : undefined;
  }

  /** What another scope refused stays refused; what this one refused may pass under the draft, and is then not counted. */
  #declined(event: Extract<PaymentEvent, { type: 'payment.declined' }>): PolicyVerdict | undefined {
    if (event.time < this.from || event.decline.scope.id !== this.scope.id) return undefined;
    return this.#refusal(event, askedBy(event, true)) ? undefined : { kind: 'would_pass', declined: event.decline };
  }

  #refusal(event: PaymentEvent, asked: Asked): Decline | undefined {
    const listed = this.#lists && refusedByLists(this.#lists, asked, asked.now);
    if (listed) return { ...listed, scope: this.#scopeTo(event) };
    for (const limit of this.#limits) {
      const figures = limitFigures(limit, {}, asked);
      if (figures && !figures.passes) return declineOf(limit, figures, this.#scopeTo(event));
    }
    return undefined;
  }

  /** As declines name it: to those below it, an agent is a parent. */
  #scopeTo(event: PaymentEvent): Scope {
    const { kind, id } = this.scope;
    return kind === 'agent' && event.payer.agent_id !== id ? { kind: 'parent_agent', id } : { kind, id };
  }
}

function askedBy(event: PaymentEvent, holds: boolean): Asked {
  return {
    amount: BigInt(event.amount),
    asset: event.asset,
    payee: event.payee,
    payee_org: 'payee_org' in event.payee ? event.payee.payee_org : event.org,
    protocol: event.protocol,
    category: event.category,
    holds,
    now: event.authorized_at,
  };
}
