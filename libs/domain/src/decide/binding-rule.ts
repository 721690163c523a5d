import type { Decline } from '../declines.js';
import type { Agent, BookState, Organization, Session } from '../state.js';
import { checkAgents, checkFirstUse, checkFunds, checkOrganization, checkSessions, type Asked } from './rules.js';

/** Everything that a payment counts against (D13). */
export interface Scopes {
  /** The payer and its parents, nearest first. */
  chain: readonly Agent[];
  /** In whose name the payer spends. */
  principal: Agent;
  session: Session | undefined;
  organization: Organization;
  wallet_id: string;
}

/** The first rule that does not let the payment pass, or undefined. */
export function bindingRule(state: BookState, scopes: Scopes, asked: Asked): Decline | undefined {
  const { chain, principal, session, organization, wallet_id: id } = scopes;
  return (
    checkAgents(chain, asked) ??
    checkOrganization(organization, asked) ??
    checkFirstUse(organization, principal, asked) ??
    checkSessions(state, session, asked) ??
    checkFunds(state.wallets.get(id) ?? { id, asset: asked.asset, available: 0n, held: 0n }, asked.amount)
  );
}
