import type { PaymentRequestStatus } from '#contracts';
import type { Page } from './page.js';

/** A payment request in a list. Money as decimal strings. */
export interface PaymentRequestItem {
  request_id: string;
  status: PaymentRequestStatus;
  payee: { agent_id: string; handle: string | null } | { payee_org: string; handle: string };
  payer: { agent_id: string; handle: string | null } | { payer_org: string; handle: string };
  amount: string;
  currency: string;
  /** Only for the payee's org, as `position`. */
  labels?: Readonly<Record<string, string>>;
  category: string | null;
  opened_at: string;
  expires_at: string | null;
  ended_at: string | null;
  payment_id: string | null;
  position?: string;
}

export interface PaymentRequestPage extends Page {
  payment_requests: PaymentRequestItem[];
}
