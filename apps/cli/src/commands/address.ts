import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { addressesText, addressStepText } from '../rendering/address-text.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';

const AGENT = ['<agent>', 'handle or id'] as const;

export function addressCommand(context: CommandContext): Command {
  const address = new Command('address').description('EVM accounts that pay as an agent, and under which it is paid');
  for (const command of [list, register, remove]) address.addCommand(command(context));
  return address;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('the addresses of an agent, and the text that is to be signed for another')
    .argument(...AGENT)
    .action(async (agent: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).addresses.list(agent), addressesText);
    });
}

function register(context: CommandContext): Command {
  return new Command('register')
    .description('give an agent the address whose key has signed the text that `address list` shows')
    .argument(...AGENT)
    .argument('<address>')
    .argument('<signature>', 'of the text, with the address in lower case, by personal_sign')
    .option('--expires <time>', 'where the text ends with a line `Expires: <time>`: that time')
    .addOption(idempotencyKeyOption())
    .action(
      async (
        agent: string,
        address: string,
        signature: string,
        options: KeyedOptions & { expires?: string },
        command: Command,
      ) => {
        const request = { address, signature, expires: options.expires };
        const answer = await context.client(command).addresses.register(agent, request, callOptions(options));
        context.show(command, answer, addressStepText);
      },
    );
}

function remove(context: CommandContext): Command {
  return new Command('remove')
    .description('take an address from an agent: what its key has signed and is not settled yet pays no more')
    .argument(...AGENT)
    .argument('<address>')
    .addOption(idempotencyKeyOption())
    .action(async (agent: string, address: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).addresses.remove(agent, address, callOptions(options));
      context.show(command, answer, addressStepText);
    });
}
