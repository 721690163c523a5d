import type { DeclineFields, PaymentStatus } from '#contracts';
import type { Page } from './page.js';

/** A payment in a list: from the read models, so without what an owner alone knows. Money as decimal strings. */
export interface PaymentItem {
  payment_id: string;
  status: PaymentStatus;
  amount: string;
  amount_held: string;
  amount_captured: string;
  amount_refunded: string;
  currency: string;
  payer: { agent_id: string; handle: string | null };
  payee: { agent_id: string; handle: string | null } | { service: string } | { payee_org: string; handle: string };
  session_id: string | null;
  labels: Readonly<Record<string, string>>;
  protocol: string;
  category: string | null;
  request_id?: string;
  decided_at: string;
  expires_at: string | null;
  /** It has needed an approval. */
  approval_id?: string;
  receipt_id: string;
  position: string;
  decline?: DeclineFields;
}

export interface PaymentPage extends Page {
  payments: PaymentItem[];
}
