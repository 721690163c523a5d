import { agentWallet, clearingWallet } from '../accounts.js';
import type { RefundPayment } from '../commands/index.js';
import type { CreditedPayment } from '../facts.js';
import { requireAgentOrOrchestrator, type Actor } from './authority.js';
import { primaryHeader, record, type DecideContext, type Decision } from './context.js';
import { refundAmount } from './refund-amount.js';

/**
 * Gives back what an agent of this book was paid by another org (D15). Who was paid decides, in the book where the money
 * lies: it leaves the wallet here and is on its way until the payer's book has it. No key of the payer's can ask for it.
 */
export function decideRefundOfCredit(
  context: DecideContext<RefundPayment>,
  actor: Actor,
  credit: CreditedPayment,
): Decision {
  const { state, command } = context;
  const { source, payee, asset, credited, credited_at, refunded } = credit;
  requireAgentOrOrchestrator(state, actor, payee.agent_id);
  const amount = refundAmount(command, asset, credited, refunded);
  const details = {
    payment_id: command.payment_id,
    source,
    payee,
    asset,
    credited_total: credited.toString(),
    credited_at,
  };
  const walletId = agentWallet(payee.agent_id, asset);
  const available = state.wallets.get(walletId)?.available ?? 0n;
  if (available < amount)
    return record([
      {
        type: 'clearing.refund_refused',
        ...primaryHeader(context),
        ...details,
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
      type: 'clearing.refunded',
      ...primaryHeader(context),
      ...details,
      refund_id: `pay_${command.fresh_id}`,
      refunded: amount.toString(),
      refunded_total: (refunded + amount).toString(),
      ...(command.reason === undefined ? {} : { reason: command.reason }),
      postings: [{ debit: walletId, credit: clearingWallet('in', asset), amount: amount.toString(), asset }],
    },
  ]);
}
