import { Argument, Command } from 'commander';
import type { KeyIssuedAnswer } from '#client';
import type { CommandContext } from '../command-context.js';
import { fields, table } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

export function keyCommand(context: CommandContext): Command {
  const key = new Command('key').description('keys of the organization and their roles');
  for (const command of [list, issue, revoke]) key.addCommand(command(context));
  return key;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('every key, revoked ones too; never their tokens')
    .addOption(limitOption())
    .action(async (options: ListingOptions, command: Command) => {
      const keys = await firstOf(context, context.client(command).keys.each({ limit: pageOf(options) }), options);
      context.show(command, { keys }, () =>
        table(
          ['key', 'role', 'name', 'status'],
          keys.map((each) => [each.key_id, each.role, each.name, each.revoked ? 'revoked' : 'active']),
        ),
      );
    });
}

function issue(context: CommandContext): Command {
  return new Command('issue')
    .description('a new key; its token is shown this once')
    .addArgument(new Argument('<role>').choices(['admin', 'operator', 'orchestrator', 'finance']))
    .argument('<name>', 'what it is for')
    .addOption(idempotencyKeyOption())
    .action(async (role: KeyIssuedAnswer['role'], name: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).keys.issue({ role, name }, callOptions(options));
      context.show(command, answer, keyIssuedText);
    });
}

function revoke(context: CommandContext): Command {
  return new Command('revoke')
    .description('stop a key for good, on every replica, before this returns')
    .argument('<key>', 'id of the key')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).keys.revoke(id, callOptions(options));
      context.show(command, answer, (revoked) =>
        fields([
          ['key', revoked.key_id],
          ['status', revoked.status],
          ['at', revoked.revoked_at],
        ]),
      );
    });
}

export function keyIssuedText(issued: KeyIssuedAnswer): string {
  return fields([
    ['key', issued.key_id],
    ['role', issued.role],
    ['name', issued.name],
    ['token', issued.token ?? '(shown once, by the first answer)'],
  ]);
}
