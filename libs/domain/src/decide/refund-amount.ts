import type { RefundPayment } from '../commands/index.js';
import type { Asset } from '../money.js';
import { refuse } from './context.js';

/** How much is given back: what was asked for, or all that is left; never above what was captured. */
export function refundAmount(command: RefundPayment, asset: Asset, captured: bigint, refunded: bigint): bigint {
  const left = captured - refunded;
  const amount = command.amount ?? left;
  if (amount > left || left === 0n)
    refuse('refund_exceeds_captured', 'payment', command.payment_id, {
      asset,
      limit: captured.toString(),
      spent: refunded.toString(),
      requested: amount.toString(),
      remaining: left.toString(),
    });
  if (amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  return amount;
}
