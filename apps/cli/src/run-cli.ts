import { CommanderError } from 'commander';
import { ConfigError, readConfig, type Environment } from '#config';
import { CommandContext } from './command-context.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { bursarProgram } from './program.js';
import { reportFailure } from './report-failure.js';
import type { Terminal } from './terminal.js';

/** Runs one command line (without `node` and the script) and gives the exit code. Never throws. */
export async function runCli(
  commandLine: readonly string[],
  terminal: Terminal,
  environment?: Environment,
): Promise<ExitCode> {
  const json = commandLine.includes('--json');
  try {
    const context = new CommandContext(terminal, readConfig('cli', environment));
    await bursarProgram(context).parseAsync([...commandLine], { from: 'user' });
    return context.exit_code;
  } catch (error) {
    // It has said by itself what is wrong, or has shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof ConfigError) {
      terminal.err(error.message);
      return EXIT.usage;
    }
    return reportFailure(error, terminal, json);
  }
}
