import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { table } from '../rendering/table.js';

/** So that `bursar help exit-codes` shows them. */
export function exitCodesCommand({ terminal }: CommandContext): Command {
  const codes = new Command('exit-codes').description('what the exit codes mean');
  codes.helpInformation = () => exitCodesText();
  return codes.action(() => terminal.out(exitCodesText()));
}

export function exitCodesText(): string {
  return table(['exit code', 'meaning'], EXIT_CODES);
}
