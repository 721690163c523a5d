import type { Amount } from './amount.js';

/** Names one of `wallet_id` (money comes in), `session_id` and `agent_id` (that limit is raised). */
export interface TopUpRequest {
  wallet_id?: string;
  session_id?: string;
  agent_id?: string;
  amount: Amount;
  currency?: string;
  /** Of the payment outside: the same reference again changes nothing. */
  reference?: string;
}

/** Between wallets of the organization, whose ids `wallets.list` gives. */
export interface TransferRequest {
  from_wallet_id: string;
  to_wallet_id: string;
  amount: Amount;
  currency?: string;
  /** Stands in the log for ever: no place for personal data. */
  reason?: string;
}

export interface OpenWalletRequest {
  kind: 'escrow' | 'fees';
  name: string;
  currency?: string;
}
