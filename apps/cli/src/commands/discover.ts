import { Command, Option } from 'commander';
import type { DiscoveryQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { resourcesText } from '../rendering/resources-text.js';
import { wholeNumber } from './call-options.js';

export function discoverCommand(context: CommandContext): Command {
  return new Command('discover')
    .description('resources that were paid for here by x402: hints, whose price their 402 says')
    .addCommand(list(context))
    .addCommand(search(context));
}

type Filters = Pick<DiscoveryQuery, 'type' | 'payTo' | 'network' | 'limit' | 'offset'>;

function withFilters(command: Command): Command {
  return command
    .addOption(new Option('--type <type>').choices(['http', 'mcp']))
    .option('--pay-to <payee>', 'as the terms name him')
    .option('--network <network>')
    .option('--limit <number>', '1 to 100', wholeNumber, 20);
}

function list(context: CommandContext): Command {
  return withFilters(new Command('list'))
    .description('in the order in which they were first paid')
    .option('--offset <number>', 'how many to pass over', (text) => (text === '0' ? 0 : wholeNumber(text)))
    .action(async ({ type, payTo, network, limit, offset }: Filters, command: Command) => {
      const page = await context.client(command).discovery.list({ type, payTo, network, limit, offset });
      context.show(command, page, ({ items }) => resourcesText(items));
    });
}

function search(context: CommandContext): Command {
  return withFilters(new Command('search'))
    .description('what has most of the words comes first')
    .argument('<words...>')
    .action(async (words: string[], { type, payTo, network, limit }: Filters, command: Command) => {
      const query = { query: words.join(' '), type, payTo, network, limit };
      const page = await context.client(command).discovery.search(query);
      context.show(command, page, ({ resources }) => resourcesText(resources));
    });
}
