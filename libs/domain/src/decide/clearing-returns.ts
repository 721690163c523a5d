import { clearingWallet } from '../accounts.js';
import type { ReturnClearing, SettleReturn } from '../commands/index.js';
import { paymentDetails, type BookEvent } from '../events/index.js';
import type { Actor } from './authority.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { finishedPayment } from './payment-steps.js';

/**
 * Takes back what another org's book gives back of a payment of this one, whatever has become of the payer and its session
 * since: it is a refund as any other (D5). Recorded under the refund's key, so that a repeated return finds the first answer.
 */
export function decideReturn(context: DecideContext<ReturnClearing>, actor: Actor): Decision {
  const { command } = context;
  if (actor.kind !== 'owner' || command.key === undefined) return refuse('role_not_allowed', 'key', context.by);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const payment = finishedPayment(context, command.payment_id);
  const { payee, payer, asset } = payment.details;
  // Nobody but the org that was paid gives a payment back.
  if (!('payee_org' in payee) || payee.payee_org !== command.payee_org || asset !== command.asset)
    return refuse('payment_not_found', 'payment', command.payment_id);
  const amount = command.amount.toString();
  const refunded_total = payment.refunded + command.amount;
  if (refunded_total > payment.captured)
    refuse('refund_exceeds_captured', 'payment', command.payment_id, { asset, requested: amount });
  const settled = settledBefore(context, payee.payee_org);
  return record(
    [
      ...settled,
      {
        type: 'payment.refunded',
        ...primaryHeader(context, settled.length),
        ...paymentDetails(payment.details),
        postings: [{ debit: clearingWallet('out', asset), credit: payer.wallet_id, amount, asset }],
        refund_id: command.refund_id,
        refunded: amount,
        refunded_total: refunded_total.toString(),
        captured_total: payment.captured.toString(),
        ...(command.reason === undefined ? {} : { reason: command.reason }),
      },
    ],
    settled.length,
  );
}

/** A refund may overtake the word that its payment was credited; it says so itself. */
function settledBefore(context: DecideContext<ReturnClearing>, payee_org: string): BookEvent[] {
  const { state, command } = context;
  const clearing = state.clearings.get(command.payment_id);
  if (!clearing) return [];
  return [
    {
      type: 'clearing.settled',
      ...header(context),
      payment_id: clearing.id,
      amount: clearing.amount.toString(),
      asset: clearing.details.asset,
      payee_org,
      payee: command.payee,
    },
  ];
}

/** Ends a refund that was on its way. One that no longer is has ended before, and nothing is recorded twice. */
export function decideSettleReturn(context: DecideContext<SettleReturn>, actor: Actor): Decision {
  const { state, command } = context;
  if (actor.kind !== 'owner') return refuse('role_not_allowed', 'key', context.by);
  const open = state.returns.get(command.refund_id);
  if (!open) return refuse('payment_not_found', 'payment', command.refund_id);
  const { payment_id, amount, asset } = open;
  return record([
    {
      type: 'clearing.returned',
      ...primaryHeader(context),
      payment_id,
      refund_id: open.id,
      amount: amount.toString(),
      asset,
    },
  ]);
}
