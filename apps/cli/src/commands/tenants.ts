import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { BursarClient } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { fields } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, type KeyedOptions } from './call-options.js';
import { keyIssuedText } from './key.js';

/** For whoever runs Bursar: tenants, by the platform key. */
export function open(context: CommandContext): Command {
  return new Command('open')
    .description('a new organization; the token of its admin key is shown this once')
    .argument('<name>')
    .option('--initial-credits <amount>', 'money that its treasury starts with (default: none)')
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions & { initialCredits?: string }, command: Command) => {
      const request = { name, initial_credits: options.initialCredits };
      const answer = await platformClient(context, command).organizations.open(request, callOptions(options));
      context.show(command, answer, (opened) =>
        fields([
          ['organization', opened.org_id],
          ['name', opened.name],
          ['currency', opened.currency],
          ['admin key', opened.admin_key.key_id],
          ['token', opened.admin_key.token ?? '(shown once, by the first answer)'],
        ]),
      );
    });
}

export function adminKey(context: CommandContext): Command {
  return new Command('admin-key')
    .description('another admin key: the way back into an organization whose own are lost')
    .argument('<organization>', 'id of the organization')
    .argument('<name>', 'what the key is for')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, name: string, options: KeyedOptions, command: Command) => {
      const { organizations } = platformClient(context, command);
      context.show(command, await organizations.issueAdminKey(id, { name }, callOptions(options)), keyIssuedText);
    });
}

/**
 * With the platform key of the settings, else the one that a `bursar up` keeps in its data folder.
 *
 * @throws CommandFailed where neither has one
 */
function platformClient(context: CommandContext, command: Command): BursarClient {
  const { platformKey, dataDirectory } = context.config;
  return new BursarClient({
    url: context.options(command).url,
    token: platformKey ?? keptPlatformKey(resolve(dataDirectory)),
  });
}

function keptPlatformKey(dataDirectory: string): string {
  try {
    const { platformKey } = JSON.parse(readFileSync(join(dataDirectory, 'secrets.json'), 'utf8')) as {
      platformKey?: string;
    };
    if (platformKey !== undefined) return platformKey;
  } catch {
    // Said below: there is none.
  }
  throw new CommandFailed(
    EXIT.usage,
    `Which platform key? Set BURSAR_PLATFORM_KEY, or BURSAR_DATA_DIR to the data folder of a \`bursar up\` (none in ${dataDirectory}).`,
  );
}
