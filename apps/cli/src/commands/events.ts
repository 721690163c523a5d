import { Command } from 'commander';
import { partitionOf } from '#contracts';
import { UnavailableError, type BursarClient, type LogEvent, type ReadOptions } from '#client';
import type { CommandContext } from '../command-context.js';
import { pause, untilInterrupted } from '../interruption.js';
import { eventLine } from '../rendering/event-text.js';
import { positiveSeconds } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

export function eventsCommand(context: CommandContext): Command {
  return new Command('events')
    .description('the log itself: what happened, oldest first')
    .addCommand(list(context))
    .addCommand(follow(context));
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('events that are recorded; `bursar export events` writes all of them')
    .option('--cursor <position>', 'those after this one; default: from the beginning')
    .addOption(limitOption())
    .action(async (options: ListingOptions & { cursor?: string }, command: Command) => {
      const found = context.client(command).events.each({ cursor: options.cursor, limit: pageOf(options) });
      const events = await firstOf(context, found, options);
      context.show(command, { events }, () => events.map(eventLine).join('\n'));
    });
}

function follow(context: CommandContext): Command {
  return new Command('follow')
    .description('each event as it is recorded, until Ctrl-C; with --json one line each')
    .option('--cursor <position>', 'begin after this one, such as the last that was seen; default: with what is new')
    .option('--interval <seconds>', 'how often the log is asked', positiveSeconds, 1)
    .action(async (options: { cursor?: string; interval: number }, command: Command) => {
      const client = context.client(command);
      const json = context.options(command).json === true;
      const print = (event: LogEvent): Promise<void> =>
        context.terminal.write(`${json ? JSON.stringify(event) : context.painted(eventLine(event))}\n`);
      await untilInterrupted(async (signal) => {
        let cursor = options.cursor ?? (await endOfLog(client, { signal }));
        for (;;) {
          cursor = await printFrom(context, client, cursor, print, signal);
          await pause(options.interval * 1000, signal);
        }
      });
    });
}

/** Prints all there is after the cursor, and says where to go on. */
async function printFrom(
  context: CommandContext,
  client: BursarClient,
  cursor: string,
  print: (event: LogEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  try {
    const page = await client.events.page({ cursor, limit: 200 }, { signal });
    for (const event of page.events) await print(event);
    return page.next_cursor === null ? page.position : await printFrom(context, client, page.position, print, signal);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    // It may come back, and nothing is lost meanwhile.
    context.terminal.err(error.message);
    return cursor;
  }
}

/** A cursor that is past the end is answered with where the log ends. */
async function endOfLog(client: BursarClient, options: ReadOptions): Promise<string> {
  const { org_id } = await client.whoami(options);
  return (await client.events.page({ cursor: `${partitionOf(org_id)}:999999999999999`, limit: 1 }, options)).position;
}
