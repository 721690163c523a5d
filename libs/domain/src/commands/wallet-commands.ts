import type { Asset } from '../money.js';
import type { NamedWalletKind } from '../accounts.js';
import type { CommandHeader } from './command-header.js';

export interface TopUp extends CommandHeader {
  type: 'topup';
  target: { wallet_id: string } | { session_id: string } | { agent: string };
  amount: bigint;
  asset: Asset;
  /** When given it is also the command's key, in the org's scope of references (C6). */
  reference?: string;
}

/** A wallet of the org's own for money that is kept apart: escrow, fees. */
export interface OpenWallet extends CommandHeader {
  type: 'wallet.open';
  kind: NamedWalletKind;
  name: string;
  asset: Asset;
}

/** Moves free money between two wallets of the org. */
export interface TransferMoney extends CommandHeader {
  type: 'wallet.transfer';
  from_wallet_id: string;
  to_wallet_id: string;
  amount: bigint;
  asset: Asset;
  reason?: string;
}
