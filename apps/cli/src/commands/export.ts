import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { untilInterrupted } from '../interruption.js';
import { csvLine, csvRow } from '../exporting/csv.js';
import { openOutput } from '../exporting/output.js';
import { SOURCES, type ExportQuery, type SourceName } from '../exporting/sources.js';
import { readDimensions } from './report.js';

interface ExportOptions extends ExportQuery {
  format: 'ndjson' | 'csv';
  out?: string;
  cursor?: string;
}

export function exportCommand(context: CommandContext): Command {
  return new Command('export')
    .description('all events, payments, receipts or rows of a report, page after page, to standard output or a file')
    .addArgument(new Argument('<what>').choices(Object.keys(SOURCES)))
    .addOption(new Option('--format <format>').choices(['ndjson', 'csv']).default('ndjson'))
    .option('--out <file>', 'a new file; with --cursor the one that is gone on with', notEmpty)
    .option('--cursor <cursor>', 'go on after what was exported before: the end of each export names it')
    .option('--by <dimensions>', 'of the report: as `report spend`', readDimensions)
    .option('--agent <agent>')
    .option('--session <session>')
    .option('--label <label>')
    .option('--from <time>', 'a day such as 2026-01-31 (UTC), or a time with its zone')
    .option('--to <time>')
    .action(async (what: SourceName, options: ExportOptions, command: Command) => {
      const source = SOURCES[what];
      const wrong = source.unknown.find((name) => options[name] !== undefined);
      if (wrong !== undefined) throw new CommandFailed(EXIT.usage, `--${wrong} is nothing of ${what}.`);
      const read = source.reader(context.client(command), options);
      const output = openOutput(context.terminal, options.out, options.cursor !== undefined);
      const columns = source.columns(options);
      let { cursor } = options;
      let rows = 0;
      const run = async (signal: AbortSignal): Promise<void> => {
        if (options.format === 'csv' && cursor === undefined) await output.write(csvLine(columns));
        for (;;) {
          const page = await read(cursor, { signal });
          for (const row of page.rows)
            await output.write(options.format === 'csv' ? csvRow(row, columns) : `${JSON.stringify(row)}\n`);
          rows += page.rows.length;
          cursor = page.cursor;
          if (page.done) return;
          if (signal.aborted) throw signal.reason;
        }
      };
      let interrupted = true;
      try {
        await untilInterrupted((signal) => run(signal).then(() => void (interrupted = false)));
      } finally {
        await output.close();
        const where = cursor === undefined ? '' : ` To go on from here: --cursor ${cursor}`;
        context.terminal.err(`${rows} row${rows === 1 ? '' : 's'}${interrupted ? ', not all' : ''}.${where}`);
      }
      if (interrupted) context.exit_code = EXIT.failed;
    });
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a file.');
  return text;
}
