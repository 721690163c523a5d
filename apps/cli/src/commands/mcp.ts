import { Command } from 'commander';
import { BursarClient } from '#client';
import { mcpCallerOf, serveOverStdio } from '#mcp-server';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { packageVersion } from '../project-root.js';

export function mcpCommand(context: CommandContext): Command {
  return new Command('mcp')
    .description('serve tools for a model over standard input and output (Model Context Protocol)')
    .addHelpText(
      'after',
      '\nThe credential is an agent’s or a session’s token in BURSAR_API_KEY, and never an argument, which other users of the\nmachine could read. BURSAR_SESSION_TOKEN narrows an agent to a session.',
    )
    .action(async (_options: object, command: Command) => {
      const { apiKey: token, sessionToken: session_token } = context.config;
      if (token === undefined)
        throw new CommandFailed(EXIT.usage, 'Whose tools? Set BURSAR_API_KEY to the token of an agent or a session.');
      const caller = mcpCallerOf(token, session_token);
      if (!caller) {
        const why = 'BURSAR_API_KEY is an org key, with which a model could spend any agent’s money.';
        throw new CommandFailed(EXIT.usage, `${why} Set it to the token of an agent or a session.`);
      }
      const { url } = context.options(command);
      await serveOverStdio({
        client: new BursarClient({ url, token, session_token }),
        caller,
        version: packageVersion(),
        // Standard output is the protocol's.
        onFault: (error) =>
          context.terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      });
    });
}
