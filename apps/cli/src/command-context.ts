import type { Command } from 'commander';
import { BursarClient } from '#client';
import type { Config } from '#config';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.js';
import { paint } from './rendering/paint.js';
import { printable, printableJson } from './rendering/printable.js';
import type { Terminal } from './terminal.js';

const NO_CREDENTIAL =
  'There is no credential. Set BURSAR_API_KEY to an org key, or to the token of an agent or a session.';

/** Options that every command takes. */
export interface GlobalOptions {
  url: string;
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

  /** Of the environment alone: others on the machine can read a command line. */
  get credential(): string | undefined {
    return this.config.apiKey ?? this.config.adminKey;
  }

  /** @throws CommandFailed where there is no credential */
  client(command: Command): BursarClient {
    const { credential } = this;
    if (credential === undefined) throw new CommandFailed(EXIT.usage, NO_CREDENTIAL);
    return new BursarClient({ url: this.options(command).url, token: credential });
  }

  /** The result: as JSON where that was asked for, else as people read it. */
  show<Value>(command: Command, value: Value, render: (value: Value) => string): void {
    const text = this.options(command).json ? printableJson(value) : this.painted(render(value));
    this.terminal.out(text);
  }

  /** In colours, where the terminal shows them; what others have written moves no cursor. */
  painted(text: string): string {
    const shown = printable(text);
    return this.terminal.colours ? paint(shown) : shown;
  }
}
