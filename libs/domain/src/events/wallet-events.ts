import type { Asset, UnitsText } from '../money.js';
import type { Decline } from '../declines.js';
import type { NamedWalletKind } from '../accounts.js';
import type { EventHeader, Posting } from './event-header.js';

export interface WalletToppedUp extends EventHeader {
  type: 'wallet.topped_up';
  topup_id: string;
  wallet_id: string;
  amount: UnitsText;
  asset: Asset;
  reference?: string;
  postings: readonly Posting[];
}

export interface WalletOpened extends EventHeader {
  type: 'wallet.opened';
  wallet_id: string;
  kind: NamedWalletKind;
  name: string;
  asset: Asset;
}

/** What was asked of a transfer between wallets of the org, whether it passed or not. */
export interface TransferDetails {
  transfer_id: string;
  from_wallet_id: string;
  to_wallet_id: string;
  amount: UnitsText;
  asset: Asset;
  reason?: string;
}

export interface WalletTransferred extends EventHeader, TransferDetails {
  type: 'wallet.transferred';
  postings: readonly Posting[];
}

/** The wallet had not the money: refused, and recorded. */
export interface WalletTransferRefused extends EventHeader, TransferDetails {
  type: 'wallet.transfer_refused';
  decline: Decline;
}
