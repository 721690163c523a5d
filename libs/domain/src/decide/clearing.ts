import { agentWallet, clearingWallet } from '../accounts.js';
import type { CreditClearing, SettleClearing } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { ClearingCredited } from '../events/index.js';
import { organizationOf } from '../state/index.js';
import { findAgent, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { creditedRequest, requestUnpaid } from './pay-request.js';

/**
 * Takes in what another book has paid an agent of this one, or refuses it for good: both are recorded under the payment's
 * key, so that a repeated credit finds the first answer whatever has become of the agent since (C1, D15).
 */
export function decideCredit(context: DecideContext<CreditClearing>, actor: Actor): Decision {
  const { state, command } = context;
  if (actor.kind !== 'owner' || command.key === undefined) return refuse('role_not_allowed', 'key', context.by);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const { source, asset } = command;
  const amount = command.amount.toString();
  const head = primaryHeader(context);
  const refused = (decline: Decline): Decision =>
    record([{ type: 'clearing.refused', ...head, source, amount, asset, decline }]);
  if (!organizationOf(state)!.accept_foreign_payments)
    return refused({ code: 'foreign_payments_not_accepted', scope: { kind: 'organization', id: command.org } });
  const payee = findAgent(state, command.payee);
  if (!payee || payee.status === 'revoked')
    return refused({ code: 'payee_not_found', scope: { kind: 'agent', id: command.payee } });
  const { against, paid } = creditedRequest(context, payee, 1);
  if (against) return refused(against);
  const credited: ClearingCredited = {
    type: 'clearing.credited',
    ...head,
    payment_id: source.payment,
    source,
    payee: { agent_id: payee.id, handle: payee.handle },
    amount,
    asset,
    ...(command.request_id === undefined ? {} : { request_id: command.request_id }),
    postings: [{ debit: clearingWallet('in', asset), credit: agentWallet(payee.id, asset), amount, asset }],
  };
  return record(paid ? [credited, paid] : [credited]);
}

/**
 * Ends what is on its way: settled where the payee's book took it; else all comes back, given to budgets and windows as a
 * refund gives (D5). What is no longer on its way has ended before, and nothing is recorded twice.
 */
export function decideSettle(context: DecideContext<SettleClearing>, actor: Actor): Decision {
  const { state, command } = context;
  if (actor.kind !== 'owner') return refuse('role_not_allowed', 'key', context.by);
  const clearing = state.clearings.get(command.payment_id);
  if (!clearing || !('payee_org' in clearing.details.payee))
    return refuse('payment_not_found', 'payment', command.payment_id);
  const { details } = clearing;
  const { asset, payer } = details;
  const amount = clearing.amount.toString();
  const head = primaryHeader(context);
  if ('credited' in command.outcome)
    return record([
      {
        type: 'clearing.settled',
        ...head,
        payment_id: clearing.id,
        amount,
        asset,
        payee_org: clearing.details.payee.payee_org,
        payee: command.outcome.credited,
      },
    ]);
  return record([
    {
      type: 'payment.refunded',
      ...head,
      ...details,
      postings: [{ debit: clearingWallet('out', asset), credit: payer.wallet_id, amount, asset }],
      refund_id: `pay_${command.fresh_id}`,
      refunded: amount,
      refunded_total: amount,
      captured_total: amount,
      reversed: command.outcome.refused,
    },
    ...requestUnpaid(context, details, 1),
  ]);
}
