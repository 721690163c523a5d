import { Argument, Command } from 'commander';
import type { IncomingRefundAnswer, PaymentItem, PaymentsQuery, PaymentStepAnswer } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { pastDecisionText } from '../rendering/decision-text.js';
import { nameOf } from '../rendering/approval-text.js';
import { fields, table } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, seconds, wholeNumber, type KeyedOptions } from './call-options.js';

export function paymentCommand(context: CommandContext): Command {
  const payment = new Command('payment').description('what became of payments, and what holds come to');
  for (const command of [list, explain, extend, resolve, refund]) payment.addCommand(command(context));
  return payment;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('payments, newest first: --status outcome_unknown shows those that wait for an operator')
    .option('--status <status>')
    .option('--agent <agent>')
    .option('--limit <number>', 'default: 50', wholeNumber, 50)
    .action(async (options: PaymentsQuery & { limit: number }, command: Command) => {
      const payments: PaymentItem[] = [];
      const { status, agent, limit } = options;
      for await (const each of context.client(command).payments.each({ status, agent, limit: Math.min(limit, 200) })) {
        if (payments.push(each) >= limit) break;
      }
      context.show(command, { payments }, () =>
        table(
          ['PAYMENT', 'STATUS', 'PAYER', 'TO', 'AMOUNT', 'HELD', 'CURRENCY', 'DECIDED AT'],
          payments.map((each) => [
            each.payment_id,
            each.status,
            each.payer.handle ?? each.payer.agent_id,
            nameOf(each.payee),
            each.amount,
            each.amount_held,
            each.currency,
            each.decided_at,
          ]),
        ),
      );
    });
}

function explain(context: CommandContext): Command {
  return new Command('explain')
    .description('why a payment was decided as it was: every rule with its figures as of then')
    .argument('<payment>')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).payments.explanation(id), pastDecisionText);
    });
}

function extend(context: CommandContext): Command {
  return new Command('extend')
    .description('let an undispatched hold live longer')
    .argument('<payment>')
    .requiredOption('--expires-in <seconds>', 'from now', seconds)
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { expiresIn: number }, command: Command) => {
      const request = { expires_in: options.expiresIn };
      const answer = await context.client(command).payments.extend(id, request, callOptions(options));
      context.show(command, answer, stepText);
    });
}

function resolve(context: CommandContext): Command {
  return new Command('resolve')
    .description('say what became of a payment that has gone to the outside')
    .argument('<payment>')
    .addArgument(new Argument('<outcome>').choices(['captured', 'voided']))
    .option('--amount <amount>', 'what was captured')
    .addOption(idempotencyKeyOption())
    .action(
      async (
        id: string,
        outcome: 'captured' | 'voided',
        options: KeyedOptions & { amount?: string },
        command: Command,
      ) => {
        if ((outcome === 'captured') !== (options.amount !== undefined))
          throw new CommandFailed(EXIT.usage, '--amount belongs to captured, and captured needs it.');
        const request = { outcome, amount: options.amount };
        const answer = await context.client(command).payments.resolve(id, request, callOptions(options));
        context.show(command, answer, stepText);
      },
    );
}

function refund(context: CommandContext): Command {
  return new Command('refund')
    .description('give captured money back; of a payment from another org with the credential of the payee or its org')
    .argument('<payment>')
    .option('--amount <amount>', 'default: all that is left')
    .option('--reason <text>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { amount?: string; reason?: string }, command: Command) => {
      const { amount, reason } = options;
      const answer = await context.client(command).payments.refund(id, { amount, reason }, callOptions(options));
      context.show(command, answer, refundText);
    });
}

/** The same fields, whether the payment was made in this org or came from another. */
function refundText(answer: PaymentStepAnswer | IncomingRefundAnswer): string {
  return fields([
    ['payment', answer.payment_id],
    ['refund', answer.refund_id],
    ['given back', `${answer.amount_moved} ${answer.currency}`],
    ['in all', `${answer.amount_refunded} ${answer.currency}`],
    ['position', answer.position],
  ]);
}

function stepText(answer: PaymentStepAnswer): string {
  return fields([
    ['payment', answer.payment_id],
    ['status', answer.status],
    ['held', `${answer.amount_held} ${answer.currency}`],
    ['captured', `${answer.amount_captured} ${answer.currency}`],
    ['held until', answer.expires_at],
    ['position', answer.position],
  ]);
}
