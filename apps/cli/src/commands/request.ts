import { Command, Option } from 'commander';
import type { PaymentRequestsQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { paymentText } from '../rendering/payment-text.js';
import { requestStepText, requestText, requestsTable } from '../rendering/request-text.js';
import { callOptions, collectLabel, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

const REQUEST = '<request>';

interface LabelOptions extends KeyedOptions {
  label?: string;
  labels?: Record<string, string>;
}

interface OpenOptions extends LabelOptions {
  payee?: string;
  payerOrg?: string;
  currency?: string;
  category?: string;
  memo?: string;
  expiresIn?: number;
}

interface PayOptions extends LabelOptions {
  payeeOrg?: string;
  session?: string;
}

export function requestCommand(context: CommandContext): Command {
  const request = new Command('request').description('money that agents ask each other for');
  for (const command of [open, list, get, pay, decline, cancel]) request.addCommand(command(context));
  return request;
}

function open(context: CommandContext): Command {
  return withLabels(new Command('open'))
    .description('ask an agent for money: nothing moves until it pays')
    .argument('<payer>', 'handle or id of the agent that is asked')
    .argument('<amount>')
    .option('--payee <agent>', 'who is to have the money; default: the agent whose token asks')
    .option('--payer-org <org>', 'where the agent that is asked is of another org')
    .option('--currency <currency>')
    .option('--category <category>', 'the payment has it too')
    .option('--memo <text>', 'for payee and payer to read')
    .option('--expires-in <seconds>', 'how long it is open', seconds)
    .addOption(idempotencyKeyOption())
    .action(async (payer: string, amount: string, options: OpenOptions, command: Command) => {
      const request = {
        payer,
        payer_org: options.payerOrg,
        payee: options.payee,
        amount,
        currency: options.currency,
        category: options.category,
        memo: options.memo,
        label: options.label,
        labels: options.labels,
        expires_in: options.expiresIn,
      };
      const answer = await context.client(command).paymentRequests.open(request, callOptions(options));
      context.show(command, answer, requestText);
    });
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('payment requests, open ones first')
    .addOption(new Option('--as <side>', 'of agents that ask, or of those that are asked').choices(['payee', 'payer']))
    .option('--agent <agent>', 'on that side')
    .option('--status <status>')
    .addOption(limitOption())
    .action(async (options: PaymentRequestsQuery & ListingOptions, command: Command) => {
      const { as, agent, status } = options;
      const found = context.client(command).paymentRequests.each({ as, agent, status, limit: pageOf(options) });
      const payment_requests = await firstOf(context, found, options);
      context.show(command, { payment_requests }, (shown) => requestsTable(shown.payment_requests));
    });
}

function get(context: CommandContext): Command {
  return withPayeeOrg(new Command('get'))
    .description('a payment request now')
    .argument(REQUEST)
    .action(async (id: string, { payeeOrg }: { payeeOrg?: string }, command: Command) => {
      context.show(command, await context.client(command).paymentRequests.get(id, payeeOrg), requestText);
    });
}

function pay(context: CommandContext): Command {
  return withPayeeOrg(withLabels(new Command('pay')))
    .description('pay what is asked for, once, as the agent that is asked')
    .argument(REQUEST)
    .option('--session <session>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: PayOptions, command: Command) => {
      const { payeeOrg: payee_org, session: session_id, label, labels } = options;
      const request = { payee_org, session_id, label, labels };
      const answer = await context.client(command).paymentRequests.pay(id, request, callOptions(options));
      context.show(command, answer, paymentText);
    });
}

function decline(context: CommandContext): Command {
  return withPayeeOrg(new Command('decline'))
    .description('turn one down, as the agent that is asked')
    .argument(REQUEST)
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { payeeOrg?: string }, command: Command) => {
      const answer = await context.client(command).paymentRequests.decline(id, options.payeeOrg, callOptions(options));
      context.show(command, answer, requestStepText);
    });
}

function cancel(context: CommandContext): Command {
  return new Command('cancel')
    .description('take one back, as the agent that asks')
    .argument(REQUEST)
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).paymentRequests.cancel(id, callOptions(options));
      context.show(command, answer, requestStepText);
    });
}

function withLabels(command: Command): Command {
  return command.option('--label <label>').option('--labels <name=value>', 'may be repeated', collectLabel);
}

function withPayeeOrg(command: Command): Command {
  return command.option('--payee-org <org>', 'where the agent that asks is of another org');
}
