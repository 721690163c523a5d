import type { Amount } from './amount.js';

/** Money that an agent asks another for. */
export interface OpenPaymentRequestRequest {
  /** Who is to have the money: handle or id. Default: the agent whose token asks. */
  payee?: string;
  /** Who is asked: handle or id. */
  payer: string;
  /** Id of the org of `payer`, where it is another one. */
  payer_org?: string;
  amount: Amount;
  /** Default: USD. */
  currency?: string;
  label?: string;
  /** The payee's own: they do not stand on the payment. */
  labels?: Readonly<Record<string, string>>;
  /** The payment has it too. */
  category?: string;
  /** For payee and payer to read; never enters the log. */
  memo?: string;
  /** Seconds; absent: it is open until it is paid, cancelled or declined. */
  expires_in?: number;
  idempotency_key?: string;
}

export interface PayPaymentRequestRequest {
  /** Id of the org that asks, where it is another one. */
  payee_org?: string;
  session_id?: string;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  idempotency_key?: string;
}

export interface PaymentRequestsQuery {
  /** payee (default): what agents of the org ask for. payer: what they are asked for. */
  as?: 'payee' | 'payer';
  /** Handle or id of the agent on that side. */
  agent?: string;
  status?: 'open' | 'paid' | 'cancelled' | 'declined' | 'expired';
  limit?: number;
  cursor?: string;
}
