import type { Receipt } from '#contracts';

/** A hold for what a 402 asks, and the token that its payee redeems once. */
export interface ResolvedChallenge {
  payment_id: string;
  hold_id: string;
  payment_token: string;
  header_name: 'X-Payment' | 'X-PAYMENT' | 'PAYMENT-SIGNATURE' | 'Authorization';
  /** What the retry of the request carries under that name. */
  header_value: string;
  /** The header, decoded; not in the older form. */
  payment_payload?: { x402Version: number; payload: Record<string, unknown>; extensions?: Record<string, unknown> };
  accepted?: Record<string, unknown>;
  amount: string;
  currency: string;
  payer: { agent_id: string; handle: string };
  payee: string;
  scheme: 'exact' | 'upto';
  network: string;
  session_id: string | null;
  expires_at: string;
  receipt_id: string;
  position: string;
}

export interface RedeemedToken {
  payment_id: string;
  status: 'captured';
  amount_captured: string;
  currency: string;
  payer: { agent_id: string; handle: string };
  payee: object;
  protocol: string;
  recorded_at: string;
  receipt_id: string;
  position: string;
  /** Null where the payer is of another org: read it when the money has arrived. */
  receipt: Receipt | null;
}

/** What became of a settlement whose answer was lost. Amounts in atomic units. */
export interface SettlementStatus {
  transaction: string;
  network: string;
  payment_id: string;
  state: 'held' | 'captured' | 'released' | 'expired' | 'refunded' | 'declined';
  /** The payee has made the hold firm. */
  firm: boolean;
  amount: string;
  refunded: string;
  asset: string;
  payer: string;
  payee: Record<string, unknown>;
  expires_at: string | null;
  recorded_at: string;
  receipt_id: string;
  position: string;
}
