import { Command } from 'commander';
import type { ReceiptsQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { receiptsTable } from '../rendering/receipt-text.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

type Filters = Pick<ReceiptsQuery, 'agent' | 'label' | 'from' | 'to'> & { session?: string };

export function listReceipts(context: CommandContext): Command {
  return new Command('list')
    .description('what is receipted, newest first: every payment and every refusal')
    .option('--agent <agent>', 'who pays')
    .option('--session <session>', "the payment's own")
    .option('--label <label>', 'a bare one, or name=value')
    .option('--from <time>', 'a day such as 2026-01-31 (UTC), or a time with its zone')
    .option('--to <time>')
    .addOption(limitOption())
    .action(async (options: Filters & ListingOptions, command: Command) => {
      const { agent, session: session_id, label, from, to } = options;
      const query = { agent, session_id, label, from, to, limit: pageOf(options) };
      const receipts = await firstOf(context, context.client(command).receipts.each(query), options);
      context.show(command, { receipts }, () => receiptsTable(receipts));
    });
}
