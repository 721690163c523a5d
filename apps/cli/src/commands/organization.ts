import { Command, Option } from 'commander';
import type { ChangeOrganizationRequest } from '#client';
import type { CommandContext } from '../command-context.js';
import { organizationText } from '../rendering/organization-text.js';
import { rulesOf, withRules, type RuleOptions } from './rule-options.js';
import { jsonOrFile } from './call-options.js';
import { adminKey, open } from './tenants.js';

export function organizationCommand(context: CommandContext): Command {
  const organization = new Command('org')
    .alias('organization')
    .description('the organization of the key; for whoever runs Bursar: tenants (platform key)');
  for (const command of [show, set, open, adminKey]) organization.addCommand(command(context));
  return organization;
}

function show(context: CommandContext): Command {
  return new Command('show')
    .description('the settings of the organization, and what its limits have left')
    .action(async (_options: object, command: Command) => {
      context.show(command, await context.client(command).organization.get(), organizationText);
    });
}

interface SetOptions extends RuleOptions {
  name?: string;
  foreignPayments?: 'accept' | 'refuse';
  firstUse?: unknown;
}

function set(context: CommandContext): Command {
  return withRules(new Command('set'))
    .description('change what concerns all agents together, from the next payment on; `none` lifts one')
    .option('--name <name>')
    .addOption(new Option('--foreign-payments <word>', 'from other orgs').choices(['accept', 'refuse']))
    .option('--first-use <json>', 'defaults for agents that it has never seen, as JSON or @file', jsonOrFile)
    .action(async (options: SetOptions, command: Command) => {
      const { name, foreignPayments, firstUse } = options;
      const request: ChangeOrganizationRequest = {
        name,
        accept_foreign_payments: foreignPayments === undefined ? undefined : foreignPayments === 'accept',
        first_use: firstUse as ChangeOrganizationRequest['first_use'],
        ...rulesOf(options),
      };
      context.show(command, await context.client(command).organization.patch(request), organizationText);
    });
}
