import { Command } from 'commander';
import { ApprovalPendingError } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { paidServiceText } from '../rendering/service-text.js';
import { callOptions, collectLabel, idempotencyKeyOption, jsonOrFile, type KeyedOptions } from './call-options.js';

interface PayServiceOptions extends KeyedOptions {
  maxCredits?: string;
  payload: unknown;
  agent?: string;
  session?: string;
  label?: string;
  labels?: Record<string, string>;
}

export function payServiceCommand(context: CommandContext): Command {
  return new Command('pay-service')
    .description('call a paid service within a budget, and show its answer and what it did cost')
    .argument('<service>', 'its name in the catalogue: service list')
    .requiredOption('--payload <json>', 'what it is asked, as JSON or @file: {"query": "…"}, {"url": "…"}', jsonOrFile)
    .option('--max-credits <amount>', 'refuse what may cost more: nothing is called then')
    .option('--agent <agent>', 'who pays')
    .option('--session <session>')
    .option('--label <label>')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .addOption(idempotencyKeyOption())
    .action(async (service: string, options: PayServiceOptions, command: Command) => {
      const { payload } = options;
      if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
        throw new CommandFailed(EXIT.usage, '--payload must be an object, such as {"query": "heat pumps"}.');
      const request = {
        service,
        payload: payload as Record<string, unknown>,
        max_credits: options.maxCredits,
        agent_id: options.agent,
        session_id: options.session,
        label: options.label,
        labels: options.labels,
      };
      try {
        const answer = await context.client(command).pay(request, callOptions(options));
        context.show(command, answer, paidServiceText);
      } catch (error) {
        if (!(error instanceof ApprovalPendingError)) throw error;
        const { approval_id = '' } = error.payment;
        throw new CommandFailed(
          EXIT.declined,
          `${error.message}: ${approval_id}. Run it again with --idempotency-key ${error.idempotency_key} once it is approved.`,
        );
      }
    });
}
