import { Argument, Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { fields, table } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

export function walletCommand(context: CommandContext): Command {
  const wallet = new Command('wallet').description('where the money of the organization lies');
  for (const command of [list, open]) wallet.addCommand(command(context));
  return wallet;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('every wallet, and what is free and held in it')
    .addOption(limitOption())
    .action(async (options: ListingOptions, command: Command) => {
      const found = context.client(command).wallets.each({ limit: pageOf(options) });
      const wallets = await firstOf(context, found, options);
      context.show(command, { wallets }, () =>
        table(
          ['wallet', 'kind', 'name', 'owner', 'available', 'held', 'currency'],
          wallets.map((each) => [
            each.wallet_id,
            each.kind,
            each.name,
            `${each.owner.kind} ${each.owner.id}`,
            each.available,
            each.held,
            each.currency,
          ]),
        ),
      );
    });
}

function open(context: CommandContext): Command {
  return new Command('open')
    .description('open an escrow or fee account, empty')
    .addArgument(new Argument('<kind>').choices(['escrow', 'fees']))
    .argument('<name>')
    .option('--currency <currency>')
    .addOption(idempotencyKeyOption())
    .action(
      async (
        kind: 'escrow' | 'fees',
        name: string,
        options: KeyedOptions & { currency?: string },
        command: Command,
      ) => {
        const request = { kind, name, currency: options.currency };
        const answer = await context.client(command).wallets.open(request, callOptions(options));
        context.show(command, answer, (opened) =>
          fields([
            ['wallet', opened.wallet_id],
            ['kind', opened.kind],
            ['name', opened.name],
            ['currency', opened.currency],
            ['position', opened.position],
          ]),
        );
      },
    );
}
