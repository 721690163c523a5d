import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { fields } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';

interface TransferOptions extends KeyedOptions {
  from: string;
  to: string;
  currency?: string;
  reason?: string;
}

export function transferCommand(context: CommandContext): Command {
  return new Command('transfer')
    .description('move money between two wallets of the organization (wallet list shows their ids)')
    .argument('<amount>')
    .requiredOption('--from <wallet>')
    .requiredOption('--to <wallet>')
    .option('--currency <currency>')
    .option('--reason <text>', 'stands in the log for ever')
    .addOption(idempotencyKeyOption())
    .action(async (amount: string, options: TransferOptions, command: Command) => {
      const { from, to, currency, reason } = options;
      const request = { from_wallet_id: from, to_wallet_id: to, amount, currency, reason };
      const answer = await context.client(command).transfers.create(request, callOptions(options));
      context.show(command, answer, (done) =>
        fields([
          ['transfer', done.transfer_id],
          ['from', done.from_wallet_id],
          ['to', done.to_wallet_id],
          ['amount', `${done.amount} ${done.currency}`],
          ['reason', done.reason],
          ['position', done.position],
        ]),
      );
    });
}
