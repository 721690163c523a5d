import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { packageVersion } from '../project-root.js';
import { statusOf } from '../status/status.js';
import { statusTable } from '../status/status-table.js';

export function statusCommand(context: CommandContext): Command {
  return new Command('status')
    .description('whether Bursar answers, how far reports lag, and whether the log is whole')
    .action(async (_options: object, command: Command) => {
      const { url } = context.options(command);
      const status = await statusOf(url, context.credential, packageVersion());
      context.show(command, status, statusTable);
      context.exit_code = exitCodeOf(status.checks.map(({ state }) => state));
    });
}

function exitCodeOf(states: readonly string[]): ExitCode {
  if (states.includes('broken')) return EXIT.broken;
  return states.includes('down') ? EXIT.unavailable : EXIT.done;
}
