import { externalWallet } from '../accounts.js';
import type { TopUp } from '../commands/index.js';
import { isLifetimeCap } from '../limits.js';
import { requireAgent, requireOperator, requireSession, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { requireOwnWallet } from './own-wallet.js';
import { requireBudgetPossible, requireNotOver } from './sessions.js';

/**
 * Brings money into a wallet, or raises a session's budget or an agent's lifetime cap and nothing else (API.md). The same
 * external reference again changes nothing: it is the key (C6).
 */
export function decideTopUp(context: DecideContext<TopUp>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const { target, asset, amount } = command;
  const head = primaryHeader(context);
  const topup = {
    topup_id: `top_${command.fresh_id}`,
    amount: amount.toString(),
    ...(command.reference === undefined ? {} : { reference: command.reference }),
  };
  if ('session_id' in target) {
    const session = requireSession(state, target.session_id);
    if (session.asset !== asset) refuse('asset_mismatch', 'session', session.id);
    requireNotOver(session, context.now);
    const budget = session.budget + amount;
    requireBudgetPossible(state, session, budget);
    return record([{ type: 'session.changed', ...head, session_id: session.id, budget: budget.toString(), topup }]);
  }
  if ('agent' in target) {
    const agent = requireAgent(state, target.agent);
    const capped = agent.limits.some(({ definition }) => isLifetimeCap(definition, asset));
    if (!capped) refuse('agent_not_capped', 'agent', agent.id);
    return record([{ type: 'agent.cap_raised', ...head, ...topup, agent_id: agent.id, asset }]);
  }
  const walletId = requireOwnWallet(state, command.org, target.wallet_id, asset).id;
  const postings = [{ debit: externalWallet(asset), credit: walletId, amount: amount.toString(), asset }];
  return record([{ type: 'wallet.topped_up', ...head, ...topup, wallet_id: walletId, asset, postings }]);
}
