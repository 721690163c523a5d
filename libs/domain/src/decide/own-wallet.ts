import { agentWallet, mayFundSessions, treasuryWallet } from '../accounts.js';
import type { Asset } from '../money.js';
import type { BookState, Wallet } from '../state/index.js';
import { refuse } from './context.js';

/**
 * A wallet of the org's own, of this asset: the treasury, an agent's, or one opened by name. The first two are there before any
 * money is; refuses where there is none of this id, or it is of another asset.
 */
export function requireOwnWallet(state: BookState, org: string, walletId: string, asset: Asset): Wallet {
  const known = state.wallets.get(walletId);
  if (known && mayFundSessions(walletId)) return requireAsset(known, asset);
  const agent = state.agents.get(`agt_${walletId.slice(4, walletId.lastIndexOf('_'))}`);
  if (walletId === treasuryWallet(org, asset) || (agent && walletId === agentWallet(agent.id, asset)))
    return { id: walletId, asset, available: 0n, held: 0n };
  return refuse('wallet_not_found', 'wallet', walletId);
}

export function requireAsset(wallet: Wallet, asset: Asset): Wallet {
  return wallet.asset === asset ? wallet : refuse('asset_mismatch', 'wallet', wallet.id);
}
