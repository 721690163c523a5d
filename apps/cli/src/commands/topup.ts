import { Command } from 'commander';
import type { TopUpAnswer } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { fields } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';

interface TopUpOptions extends KeyedOptions {
  wallet?: string;
  session?: string;
  agent?: string;
  currency?: string;
  reference?: string;
}

export function topUpCommand(context: CommandContext): Command {
  return new Command('topup')
    .description('bring money into a wallet, or raise the budget of a session or the cap of an agent')
    .argument('<amount>')
    .option('--wallet <id>')
    .option('--session <id>')
    .option('--agent <agent>')
    .option('--currency <currency>')
    .option('--reference <text>', 'of the payment outside: the same reference again changes nothing')
    .addOption(idempotencyKeyOption())
    .action(async (amount: string, options: TopUpOptions, command: Command) => {
      const { wallet, session, agent, currency, reference } = options;
      if ([wallet, session, agent].filter((each) => each !== undefined).length !== 1) {
        throw new CommandFailed(EXIT.usage, 'Name one of --wallet, --session and --agent.');
      }
      const request = { wallet_id: wallet, session_id: session, agent_id: agent, amount, currency, reference };
      const answer = await context.client(command).topups.create(request, callOptions(options));
      context.show(command, answer, topUpText);
    });
}

function topUpText(answer: TopUpAnswer): string {
  return fields([
    ['top-up', answer.topup_id],
    ['to', 'wallet_id' in answer ? answer.wallet_id : 'session_id' in answer ? answer.session_id : answer.agent_id],
    ['amount', `${answer.amount} ${answer.currency}`],
    ['reference', answer.reference],
    ['position', answer.position],
  ]);
}
