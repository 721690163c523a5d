import type { ResolvePayment } from '../commands/index.js';
import { requireOperator, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { captured, openPayment, refuseFinished, requireWithinHold, returned, voided } from './payment-steps.js';

/**
 * An operator says what became of a payment that has gone to the outside. It happened, so no cap is asked again; it happened
 * under the hold, so never more than that is taken (D12). Once the hold has ended there is nothing left to resolve.
 */
export function decideResolve(context: DecideContext<ResolvePayment>, actor: Actor): Decision {
  const { command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, 'payment_not_resolvable');
  if (payment.status === 'authorized' || payment.status === 'pending_approval')
    refuse('payment_not_resolvable', 'payment', payment.id);
  if (command.outcome === 'voided') return record([voided(primaryHeader(context), payment, 'resolved')]);

  const amount = command.amount ?? payment.held;
  if (amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  requireWithinHold(payment, amount);
  const released = payment.held - amount;
  return record([
    {
      type: 'payment.captured',
      ...primaryHeader(context),
      ...payment.details,
      postings: [...captured(payment.details, amount), ...returned(payment.details, released)],
      captured: amount.toString(),
      released: released.toString(),
      captured_total: (payment.captured + amount).toString(),
      final: true,
      resolved: true,
    },
  ]);
}
