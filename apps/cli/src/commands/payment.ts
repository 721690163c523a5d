import { Command } from 'commander';
import type { PaymentState, PaymentsQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { pastDecisionText } from '../rendering/decision-text.js';
import { paymentsTable, paymentStateText } from '../rendering/payment-text.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';
import { capture, dispatch, extend, refund, resolve, voidHold } from './payment-steps.js';

type Filters = Pick<PaymentsQuery, 'status' | 'agent' | 'label' | 'from' | 'to'> & { session?: string };

export function paymentCommand(context: CommandContext): Command {
  const payment = new Command('payment').description('what became of payments, and what holds come to');
  for (const command of [list, get, explain, capture, voidHold, refund, dispatch, extend, resolve])
    payment.addCommand(command(context));
  return payment;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('payments, newest first: --status outcome_unknown shows those that wait for an operator')
    .option('--status <status>')
    .option('--agent <agent>', 'who pays')
    .option('--session <session>', "the payment's own")
    .option('--label <label>', 'a bare one, or name=value')
    .option('--from <time>', 'a day such as 2026-01-31 (UTC), or a time with its zone')
    .option('--to <time>')
    .addOption(limitOption())
    .action(async (options: Filters & ListingOptions, command: Command) => {
      const { status, agent, session: session_id, label, from, to } = options;
      const query = { status, agent, session_id, label, from, to, limit: pageOf(options) };
      const payments = await firstOf(context, context.client(command).payments.each(query), options);
      context.show(command, { payments }, () => paymentsTable(payments));
    });
}

function get(context: CommandContext): Command {
  return new Command('get')
    .description('a payment now and how it came to that; by its key, where the answer was lost')
    .argument('[payment]')
    .option('--key <idempotency key>', 'that the payment was asked for with')
    .option('--agent <agent>', 'who was to pay, where the key of the call is an org key')
    .action(async (id: string | undefined, options: { key?: string; agent?: string }, command: Command) => {
      context.show(command, await found(context, command, id, options), paymentStateText);
    });
}

async function found(
  context: CommandContext,
  command: Command,
  id: string | undefined,
  { key, agent }: { key?: string; agent?: string },
): Promise<PaymentState> {
  const { payments } = context.client(command);
  if ((id === undefined) === (key === undefined))
    throw new CommandFailed(EXIT.usage, 'Name the payment, or the key that it was asked for with by --key.');
  return id === undefined ? payments.byKey(key!, agent) : payments.get(id);
}

function explain(context: CommandContext): Command {
  return new Command('explain')
    .description('why a payment was decided as it was: every rule with its figures as of then')
    .argument('<payment>')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).payments.explanation(id), pastDecisionText);
    });
}
