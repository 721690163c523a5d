import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { openedText, sessionTree } from '../rendering/session-tree.js';
import { fields } from '../rendering/table.js';
import { callOptions, collectLabel, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';

interface OpenOptions extends KeyedOptions {
  budget: string;
  currency?: string;
  agent?: string;
  parent?: string;
  mode?: 'shared' | 'reserved';
  label?: string;
  labels?: Record<string, string>;
  expiresIn?: number;
  description?: string;
}

export function sessionCommand(context: CommandContext): Command {
  const session = new Command('session').description('budgets for pieces of work, in trees');
  for (const command of [open, get, close]) session.addCommand(command(context));
  return session;
}

function open(context: CommandContext): Command {
  return new Command('open')
    .description('open a budget; shows its token once')
    .requiredOption('--budget <amount>')
    .option('--currency <currency>')
    .option('--agent <agent>', 'who pays where a payment names no agent')
    .option('--parent <session>', 'session above it')
    .option('--mode <mode>', "shared (a cap over the parent's money) or reserved (carved out of it)")
    .option('--label <label>')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .option('--expires-in <seconds>', 'default: never', seconds)
    .option('--description <text>', 'for people; never enters the log')
    .addOption(idempotencyKeyOption())
    .action(async (options: OpenOptions, command: Command) => {
      const request = {
        budget: options.budget,
        currency: options.currency,
        agent_id: options.agent,
        parent_session_id: options.parent,
        mode: options.mode,
        label: options.label,
        labels: options.labels,
        expires_in: options.expiresIn,
        description: options.description,
      };
      const answer = await context.client(command).sessions.open(request, callOptions(options));
      context.show(command, answer, openedText);
    });
}

function get(context: CommandContext): Command {
  return new Command('get')
    .description('a session and the tree below it, with what is left')
    .argument('<session>')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).sessions.get(id), sessionTree);
    });
}

function close(context: CommandContext): Command {
  return new Command('close')
    .description('close a session and all below it, and release what is left')
    .argument('<session>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).sessions.close(id, callOptions(options));
      context.show(command, answer, ({ session_id, status, recorded_at, position }) =>
        fields([
          ['session', session_id],
          ['status', status],
          ['recorded at', recorded_at],
          ['position', position],
        ]),
      );
    });
}
