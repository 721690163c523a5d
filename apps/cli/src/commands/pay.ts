import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { decisionText } from '../rendering/decision-text.js';
import { paymentText } from '../rendering/payment-text.js';
import { callOptions, collectLabel, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';

interface PayOptions extends KeyedOptions {
  agent?: string;
  session?: string;
  currency?: string;
  label?: string;
  labels?: Record<string, string>;
  hold?: true;
  expiresIn?: number;
  dryRun?: true;
}

const SERVICE = 'service:';

export function payCommand(context: CommandContext): Command {
  return new Command('pay')
    .description('pay an agent or a service')
    .argument('<payee>', 'handle or id of an agent, or service:<name>')
    .argument('<amount>')
    .option('--agent <agent>', 'who pays')
    .option('--session <session>')
    .option('--currency <currency>')
    .option('--label <label>')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .option('--hold', 'only hold the amount: capture or void it later')
    .option('--expires-in <seconds>', 'how long the hold lives', seconds)
    .option('--dry-run', 'say what would be decided, and why, and pay nothing')
    .addOption(idempotencyKeyOption())
    .action(async (payee: string, amount: string, options: PayOptions, command: Command) => {
      const request = {
        ...(payee.startsWith(SERVICE) ? { service: payee.slice(SERVICE.length) } : { payee }),
        amount,
        currency: options.currency,
        capture: options.hold !== true,
        agent_id: options.agent,
        session_id: options.session,
        label: options.label,
        labels: options.labels,
        expires_in: options.expiresIn,
      };
      if (options.dryRun === true) {
        const decision = await context.client(command).payments.explain(request, callOptions(options));
        return context.show(command, decision, decisionText);
      }
      const answer = await context.client(command).payments.authorize(request, callOptions(options));
      context.show(command, answer, paymentText);
    });
}
