import type { Command } from 'commander';
import { BursarClient } from '#client';
import type { Config } from '#config';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** Options that every command takes. */
export interface GlobalOptions {
  url: string;
  key?: string;
  json?: true;
}

/** What a command works with: settings, the client, and where its result goes. */
export class CommandContext {
  /** What the process ends with, unless something is thrown. */
  exit_code: ExitCode = EXIT.done;

  constructor(
    readonly terminal: Terminal,
    readonly config: Config<'cli'>,
  ) {}

  options(command: Command): GlobalOptions {
    return command.optsWithGlobals<GlobalOptions>();
  }

  /** @throws CommandFailed where no key was given */
  client(command: Command): BursarClient {
    const { url, key } = this.options(command);
    if (key === undefined) throw new CommandFailed(EXIT.usage, 'Which key? Give --key, or set BURSAR_API_KEY.');
    return new BursarClient({ url, token: key });
  }

  /** The result: as JSON where that was asked for, else as people read it. */
  show<Value>(command: Command, value: Value, render: (value: Value) => string): void {
    this.terminal.out(this.options(command).json ? JSON.stringify(value, null, 2) : render(value));
  }
}
