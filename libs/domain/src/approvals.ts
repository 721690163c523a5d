import { hexOf } from './accounts.js';
import type { Asset, UnitsText } from './money.js';

/**
 * Above this amount a payment waits for an approval. Who names a threshold in one asset lets nothing of another pass without
 * one: what was never thought of is not thereby free (promise 5).
 */
export interface ApprovalThreshold {
  amount: UnitsText;
  asset: Asset;
}

/** A payment is approved once at most, so that the one id follows from the other. */
export function approvalOfPayment(paymentId: string): string {
  return `apr_${hexOf(paymentId)}`;
}

export function paymentOfApproval(approvalId: string): string {
  return `pay_${hexOf(approvalId)}`;
}
