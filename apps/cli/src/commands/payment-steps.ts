import { Argument, Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { refundText, stepText } from '../rendering/payment-text.js';
import { callOptions, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';

export function capture(context: CommandContext): Command {
  return new Command('capture')
    .description('take what a hold holds, or a part of it')
    .argument('<payment>')
    .option('--amount <amount>', 'default: all that is held')
    .option('--keep-rest', 'hold the rest for another capture; default: it is released')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { amount?: string; keepRest?: true }, command: Command) => {
      const request = { amount: options.amount, final: options.keepRest === true ? false : undefined };
      const answer = await context.client(command).payments.capture(id, request, callOptions(options));
      context.show(command, answer, stepText);
    });
}

export function voidHold(context: CommandContext): Command {
  return new Command('void')
    .description('release a hold')
    .argument('<payment>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      context.show(command, await context.client(command).payments.void(id, callOptions(options)), stepText);
    });
}

export function dispatch(context: CommandContext): Command {
  return new Command('dispatch')
    .description('say that the outside is about to be called: the hold never lapses by itself afterwards')
    .argument('<payment>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      context.show(command, await context.client(command).payments.dispatch(id, callOptions(options)), stepText);
    });
}

export function extend(context: CommandContext): Command {
  return new Command('extend')
    .description('let an undispatched hold live longer')
    .argument('<payment>')
    .requiredOption('--expires-in <seconds>', 'from now', seconds)
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { expiresIn: number }, command: Command) => {
      const request = { expires_in: options.expiresIn };
      const answer = await context.client(command).payments.extend(id, request, callOptions(options));
      context.show(command, answer, stepText);
    });
}

export function resolve(context: CommandContext): Command {
  return new Command('resolve')
    .description('say what became of a payment that has gone to the outside')
    .argument('<payment>')
    .addArgument(new Argument('<outcome>').choices(['captured', 'voided']))
    .option('--amount <amount>', 'what was captured')
    .addOption(idempotencyKeyOption())
    .action(
      async (
        id: string,
        outcome: 'captured' | 'voided',
        options: KeyedOptions & { amount?: string },
        command: Command,
      ) => {
        if ((outcome === 'captured') !== (options.amount !== undefined))
          throw new CommandFailed(EXIT.usage, '--amount belongs to captured, and captured needs it.');
        const request = { outcome, amount: options.amount };
        const answer = await context.client(command).payments.resolve(id, request, callOptions(options));
        context.show(command, answer, stepText);
      },
    );
}

export function refund(context: CommandContext): Command {
  return new Command('refund')
    .description('give captured money back; of a payment from another org with the credential of the payee or its org')
    .argument('<payment>')
    .option('--amount <amount>', 'default: all that is left')
    .option('--reason <text>', 'stands in the log for ever: no place for personal data')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { amount?: string; reason?: string }, command: Command) => {
      const { amount, reason } = options;
      const answer = await context.client(command).payments.refund(id, { amount, reason }, callOptions(options));
      context.show(command, answer, refundText);
    });
}
