import type { Decline } from '../declines.js';
import type { Agent, BookState, Organization, Session, Wallet } from '../state/index.js';
import { checkAgents, checkFirstUse, checkFunds, checkOrganization, checkSessions, type Asked } from './rules.js';

/** Everything that a payment counts against (D13). */
export interface Scopes {
  organization: Organization;
  /** In whose name the payer spends. */
  principal: Agent;
  /** The payer and its parents, nearest first. */
  chain: readonly Agent[];
  session: Session | undefined;
  wallet: Wallet;
}

/** The first rule that does not let the payment pass, or undefined. */
export function bindingRule(state: BookState, scopes: Scopes, asked: Asked): Decline | undefined {
  const { organization, principal, chain, session, wallet } = scopes;
  return (
    checkAgents(chain, asked) ??
    checkOrganization(organization, asked) ??
    checkFirstUse(organization, principal, asked) ??
    checkSessions(state, session, asked) ??
    checkFunds(wallet, asked.amount)
  );
}
