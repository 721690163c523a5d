import { namedWallet } from '../accounts.js';
import type { OpenWallet, TransferMoney } from '../commands/index.js';
import type { Wallet } from '../state/index.js';
import { requireOperator, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { requireAsset, requireOwnWallet } from './own-wallet.js';
import { checkFunds } from './rules.js';

/** Opens an escrow or fee account of the org, empty. Its id follows from kind, name and asset, so there is one of each. */
export function decideOpenWallet(context: DecideContext<OpenWallet>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const { kind, name, asset } = command;
  const wallet_id = namedWallet(kind, name, asset);
  if (state.wallets.get(wallet_id)) refuse('wallet_exists', 'wallet', wallet_id);
  return record([{ type: 'wallet.opened', ...primaryHeader(context), wallet_id, kind, name, asset }]);
}

/**
 * Moves free money between two wallets of the org. No cap counts it: nothing is spent, so only those who say how money is
 * spent may do it. That the money is lacking is recorded and binds the key, as it is for payments.
 */
export function decideTransfer(context: DecideContext<TransferMoney>, actor: Actor): Decision {
  const { command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const from = requireWallet(context, command.from_wallet_id);
  const to = requireWallet(context, command.to_wallet_id);
  if (from.id === to.id) refuse('wallets_are_the_same', 'wallet', to.id);
  const { asset } = command;
  const amount = command.amount.toString();
  const details = {
    transfer_id: `trf_${command.fresh_id}`,
    from_wallet_id: from.id,
    to_wallet_id: to.id,
    amount,
    asset,
    ...(command.reason === undefined ? {} : { reason: command.reason }),
  };
  const decline = checkFunds(from, command.amount);
  if (decline) return record([{ type: 'wallet.transfer_refused', ...primaryHeader(context), ...details, decline }]);
  const postings = [{ debit: from.id, credit: to.id, amount, asset }];
  return record([{ type: 'wallet.transferred', ...primaryHeader(context), ...details, postings }]);
}

/** Where money of the book may come from and go to: the org's own wallets, and the payables of services that were paid. */
function requireWallet({ state, command }: DecideContext<TransferMoney>, walletId: string): Wallet {
  const payable = walletId.startsWith('service:') ? state.wallets.get(walletId) : undefined;
  return payable ? requireAsset(payable, command.asset) : requireOwnWallet(state, command.org, walletId, command.asset);
}
