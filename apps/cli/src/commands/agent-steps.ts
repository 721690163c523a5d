import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { agentStepText } from '../rendering/agent-text.js';
import { callOptions, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';

export const AGENT = ['<agent>', 'handle or id'] as const;

export function freeze(context: CommandContext): Command {
  return new Command('freeze')
    .description('let nothing more pass, and void undispatched holds')
    .argument(...AGENT)
    .option('--reason <text>', 'stands in the log for ever: no place for personal data')
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions & { reason?: string }, command: Command) => {
      const { reason } = options;
      const answer = await context.client(command).agents.freeze(name, { reason }, callOptions(options));
      context.show(command, answer, agentStepText);
    });
}

export function unfreeze(context: CommandContext): Command {
  return new Command('unfreeze')
    .description('let a frozen agent pay again')
    .argument(...AGENT)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).agents.unfreeze(name, callOptions(options));
      context.show(command, answer, agentStepText);
    });
}

export function revoke(context: CommandContext): Command {
  return new Command('revoke')
    .description('end an agent for good: its token gets 401 at once, everywhere')
    .argument('<agent>', 'handle, id, or revocation id')
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const client = context.client(command);
      const revocation = name.startsWith('rev_') ? name : (await client.agents.get(name)).revocation_id;
      if (revocation === null)
        throw new CommandFailed(EXIT.refused, `${name} has no revocation id: freeze it instead.`);
      context.show(command, await client.agents.revoke(revocation, callOptions(options)), agentStepText);
    });
}

export function rotateToken(context: CommandContext): Command {
  return new Command('rotate-token')
    .description('a new token, shown this once; the one before still holds for a while')
    .argument(...AGENT)
    .option('--overlap <seconds>', 'for how long; default: 300', seconds)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions & { overlap?: number }, command: Command) => {
      const request = { overlap_seconds: options.overlap };
      const answer = await context.client(command).agents.rotateToken(name, request, callOptions(options));
      context.show(command, answer, agentStepText);
    });
}
