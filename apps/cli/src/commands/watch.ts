import { Command } from 'commander';
import type { BursarClient, SessionAnswer } from '#client';
import type { CommandContext } from '../command-context.js';
import { pause, untilInterrupted } from '../interruption.js';
import { sessionBars } from '../rendering/session-bars.js';
import { display, type Display } from '../watching/display.js';
import { sessionsToWatch } from '../watching/sessions-to-watch.js';
import { positiveSeconds } from './call-options.js';

interface WatchOptions {
  session?: string;
  interval: number;
  once?: true;
}

export function watchCommand(context: CommandContext): Command {
  return new Command('watch')
    .description('the trees of open sessions, live, with bars of what is spent (█) and held (▒) of each budget')
    .option('--session <session>', 'only this one and what is below it')
    .option('--interval <seconds>', 'how often the book is asked', positiveSeconds, 1)
    .option('--once', 'show them once and end')
    .action(async (options: WatchOptions, command: Command) => {
      const client = context.client(command);
      const json = context.options(command).json === true;
      if (options.once) {
        const { trees, more } = await sessionsToWatch(client, options.session);
        if (json) return context.show(command, { sessions: trees, more }, () => '');
        // Its bars have colours of their own.
        return context.terminal.out(text(context, trees, more));
      }
      const shown = display(context.terminal, json);
      await untilInterrupted((signal) => follow(context, client, options, shown, signal)).finally(() => shown.end());
    });
}

async function follow(
  context: CommandContext,
  client: BursarClient,
  { session, interval }: WatchOptions,
  shown: Display,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { trees, more } = await sessionsToWatch(client, session, { signal });
    await shown.show({ sessions: trees, more }, () => text(context, trees, more));
    await pause(interval * 1000, signal);
  }
}

function text(context: CommandContext, trees: readonly SessionAnswer[], more: number): string {
  const { terminal } = context;
  return sessionBars(trees, more, { columns: terminal.screen()?.columns ?? 100, colours: terminal.colours });
}
