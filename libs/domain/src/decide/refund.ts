import type { RefundPayment } from '../commands/index.js';
import { mayBeNegative, walletOfPayee } from '../accounts.js';
import { paymentDetails } from '../events/index.js';
import { requireAgentOrOrchestrator, requireOrchestrator, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { finishedPayment } from './payment-steps.js';
import { refundAmount } from './refund-amount.js';
import { decideRefundOfCredit } from './refund-credit.js';

/**
 * Gives captured money back, in part or whole, by a new, linked payment; never more than was captured. That the payee has not
 * the money is recorded and binds the key: money may come, and an old key must not move it then.
 */
export function decideRefund(context: DecideContext<RefundPayment>, actor: Actor): Decision {
  const { state, command } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (state.payments.get(command.payment_id)) refuse('payment_not_refundable', 'payment', command.payment_id);
  const credit = context.facts.creditedPayment(command.payment_id);
  if (credit) return decideRefundOfCredit(context, actor, credit);
  const payment = finishedPayment(context, command.payment_id);
  const { payee, payer, asset } = payment.details;
  // Its money lies in another book, and is that book's to give.
  if ('payee_org' in payee) return refuse('refund_is_payees', 'payment', command.payment_id);
  // Who was paid gives back; for services, which hold no token here, an org key does.
  if ('agent_id' in payee) requireAgentOrOrchestrator(state, actor, payee.agent_id);
  else requireOrchestrator(actor);
  if (payment.status !== 'captured') refuse('payment_not_refundable', 'payment', command.payment_id);

  const amount = refundAmount(command, asset, payment.captured, payment.refunded);
  const walletId = walletOfPayee(payee, asset);
  const available = state.wallets.get(walletId)?.available ?? 0n;
  if (available < amount && !mayBeNegative(walletId))
    return record([
      {
        type: 'payment.refund_refused',
        ...primaryHeader(context),
        ...paymentDetails(payment.details),
        decline: {
          code: 'refund_exceeds_payee_funds',
          scope: { kind: 'wallet', id: walletId },
          asset,
          requested: amount.toString(),
          remaining: available.toString(),
        },
      },
    ]);
  return record([
    {
      type: 'payment.refunded',
      ...primaryHeader(context),
      ...paymentDetails(payment.details),
      postings: [{ debit: walletId, credit: payer.wallet_id, amount: amount.toString(), asset }],
      refund_id: `pay_${command.fresh_id}`,
      refunded: amount.toString(),
      refunded_total: (payment.refunded + amount).toString(),
      captured_total: payment.captured.toString(),
      ...(command.reason === undefined ? {} : { reason: command.reason }),
    },
  ]);
}
