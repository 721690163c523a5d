import { Command } from 'commander';
import type { ServiceDefinition } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { readGivenText } from '../receipts/read-given-file.js';
import { servicesTable, serviceText, serviceInFullText } from '../rendering/service-text.js';
import { callOptions, idempotencyKeyOption, jsonOrFile, type KeyedOptions } from './call-options.js';

const NAME = ['<service>', 'its name in the catalogue'] as const;

export function serviceCommand(context: CommandContext): Command {
  const service = new Command('service').description('paid services, and the secrets with which they are called');
  const secret = new Command('secret').description('of a provider: until there is one the sandbox answers');
  for (const command of [setSecret, removeSecret]) secret.addCommand(command(context));
  for (const command of [list, show, set, remove]) service.addCommand(command(context));
  return service.addCommand(secret);
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('every service, what a call costs, and whether the provider or the sandbox answers')
    .action(async (_options: object, command: Command) => {
      const answer = await context.client(command).services.list();
      context.show(command, answer, ({ services }) => servicesTable(services));
    });
}

function show(context: CommandContext): Command {
  return new Command('show')
    .description('a service, what it is asked, and its definition')
    .argument(...NAME)
    .action(async (name: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).services.get(name), serviceInFullText);
    });
}

function set(context: CommandContext): Command {
  return new Command('set')
    .description('a service of the organization, or its own terms for one that there is (admin key)')
    .argument('<file>', 'its definition, as `service show --json` has one under `definition`', (path) =>
      jsonOrFile(`@${path}`),
    )
    .addOption(idempotencyKeyOption())
    .action(async (definition: unknown, options: KeyedOptions, command: Command) => {
      const name = (definition as { name?: unknown } | null)?.name;
      if (typeof name !== 'string') throw new CommandFailed(EXIT.usage, 'The file names no service: it needs a name.');
      const { services } = context.client(command);
      const answer = await services.define(name, definition as ServiceDefinition, callOptions(options));
      context.show(command, answer, serviceText);
    });
}

function remove(context: CommandContext): Command {
  return new Command('remove')
    .description('take a service of the organization away; what the deployment has stays')
    .argument(...NAME)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).services.remove(name, callOptions(options));
      context.show(command, answer, () => `${answer.name} is removed.`);
    });
}

function setSecret(context: CommandContext): Command {
  return new Command('set')
    .description(
      'the provider’s key, or JSON with its parts: BURSAR_SERVICE_SECRET, else standard input. No call shows it again',
    )
    .argument(...NAME)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const secret = context.config.serviceSecret ?? (await readGivenText('-'));
      if (secret === '') throw new CommandFailed(EXIT.usage, 'Which secret? Set BURSAR_SERVICE_SECRET, or pipe it in.');
      const { services } = context.client(command);
      const answer = await services.setSecret(name, partsOf(secret), callOptions(options));
      context.show(command, answer, serviceText);
    });
}

function removeSecret(context: CommandContext): Command {
  return new Command('remove')
    .description('from then on the sandbox answers')
    .argument(...NAME)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).services.removeSecret(name, callOptions(options));
      context.show(command, answer, () => `${answer.name} has no secret any more.`);
    });
}

/** A secret of several parts is JSON; what is none is the secret itself. */
function partsOf(secret: string): string | Record<string, string> {
  if (!secret.startsWith('{')) return secret;
  try {
    return JSON.parse(secret) as Record<string, string>;
  } catch {
    throw new CommandFailed(EXIT.usage, 'The secret begins as JSON and is none.');
  }
}
