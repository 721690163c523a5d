import type { BookEvent, PaymentEvent } from './events/index.js';

/** Whose limits and lists a draft is. */
export interface PolicyScope {
  kind: 'agent' | 'session' | 'organization';
  id: string;
}

/**
 * Whose payments count in a scope, as in `chargeAgents` and `chargeSessions`: those of an agent and of all below it, scoped ones
 * too; those in a session and in all below it; all of the org's. It is learned from events, and told of what is older than those.
 * Parents are fixed at creation, so that what is known once stays.
 */
export class ScopeMembers {
  readonly #parents = new Map<string, string | undefined>();
  readonly #within = new Map<string, boolean>();

  constructor(readonly scope: PolicyScope) {
    this.#within.set(scope.id, true);
  }

  /** Takes notice of an agent or session that is new. */
  learn(event: BookEvent): void {
    if (event.type === 'agent.registered') this.tell(event.agent_id, event.parent_agent_id);
    if (event.type === 'session.opened') this.tell(event.session_id, event.parent_session_id);
  }

  tell(id: string, parent: string | undefined): void {
    this.#parents.set(id, parent);
  }

  /** Whether an agent or session is within; where that depends on one that was never told of, it is `unknown`. */
  has(id: string): boolean | { unknown: string } {
    const path: string[] = [];
    let at: string | undefined = id;
    let within: boolean | undefined;
    while (at !== undefined && (within = this.#within.get(at)) === undefined) {
      if (!this.#parents.has(at)) return { unknown: at };
      path.push(at);
      at = this.#parents.get(at);
    }
    for (const one of path) this.#within.set(one, within ?? false);
    return within ?? false;
  }

  /** Whether a payment counts; false too where that is not known, so whoever asks tells before. */
  counts(event: PaymentEvent): boolean {
    if (this.scope.kind === 'organization') return true;
    const id = this.scope.kind === 'agent' ? event.payer.agent_id : event.session_id;
    return id !== undefined && this.has(id) === true;
  }
}
