import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { whoamiText } from '../rendering/whoami-text.js';

export function whoamiCommand(context: CommandContext): Command {
  return new Command('whoami')
    .description(
      'what the credential in the environment is, and what is left of what it may spend; never the credential',
    )
    .action(async (_options: object, command: Command) => {
      context.show(command, await context.client(command).whoami(), whoamiText);
    });
}
