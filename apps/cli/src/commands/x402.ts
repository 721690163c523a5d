import { Command } from 'commander';
import { readGivenSecret, readGivenText } from '../receipts/read-given-file.js';
import type { CommandContext } from '../command-context.js';
import { redeemedText, resolvedText, settlementText } from '../rendering/x402-text.js';
import { callOptions, collectLabel, idempotencyKeyOption, type KeyedOptions } from './call-options.js';

export function x402Command(context: CommandContext): Command {
  return new Command('x402')
    .description('both ends of a 402: what a payer does who met one, and a seller without an x402 server')
    .addCommand(resolve(context))
    .addCommand(redeem(context))
    .addCommand(settlement(context));
}

interface ResolveOptions extends KeyedOptions {
  agent?: string;
  session?: string;
  maxCredits?: string;
  label?: string;
  labels?: Record<string, string>;
}

function resolve(context: CommandContext): Command {
  return new Command('resolve')
    .description('hold what a 402 asks for, and show the header for the next request')
    .argument(
      '<challenge>',
      "the raw value of the 402's header, or @file with it or with the body; - reads it from standard input",
    )
    .option('--agent <agent>', 'who pays, where the credential is an org key')
    .option('--session <session>')
    .option('--max-credits <amount>', 'refuse what is dearer')
    .option('--label <label>')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .addOption(idempotencyKeyOption())
    .action(async (challenge: string, options: ResolveOptions, command: Command) => {
      const request = {
        challenge: challengeOf(await readGivenText(challenge)),
        agent_id: options.agent,
        session_id: options.session,
        max_credits: options.maxCredits,
        label: options.label,
        labels: options.labels,
      };
      const answer = await context.client(command).x402.resolve(request, callOptions(options));
      context.show(command, answer, resolvedText);
    });
}

/** A body or a decoded header is an object; what is no JSON is the raw value of a header. */
function challengeOf(text: string): string | object {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}

interface RedeemOptions extends KeyedOptions {
  currency?: string;
  nonce?: string;
}

function redeem(context: CommandContext): Command {
  return new Command('redeem')
    .description('take what a payment token holds, once, with the credential of the payee')
    .argument('<token>', '@file with what came in X-Payment, or - for standard input')
    .argument('<amount>', 'that was asked for')
    .option('--currency <currency>')
    .option('--nonce <nonce>', 'of the challenge')
    .addOption(idempotencyKeyOption())
    .action(async (token: string, amount: string, options: RedeemOptions, command: Command) => {
      const { currency, nonce } = options;
      const request = { payment_token: await readGivenSecret(token, 'The token'), amount, currency, nonce };
      context.show(command, await context.client(command).x402.redeem(request, callOptions(options)), redeemedText);
    });
}

function settlement(context: CommandContext): Command {
  return new Command('settlement')
    .description('what became of a payment by a token, for its payer and its payee')
    .argument('<payment>')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).x402.settlement(id), settlementText);
    });
}
