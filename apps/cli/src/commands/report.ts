import { Command, InvalidArgumentError, Option } from 'commander';
import type { BursarClient, ReportDimension, SpendReportQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { reportTable, type WholeReport } from '../rendering/report-table.js';

const DIMENSIONS: readonly ReportDimension[] = [
  'agent',
  'label',
  'session',
  'service',
  'protocol',
  'counterparty',
  'day',
];

interface SpendOptions {
  by: ReportDimension[];
  from?: string;
  to?: string;
  agent?: string;
  label?: string;
  session?: string;
}

export function reportCommand(context: CommandContext): Command {
  const spend = new Command('spend')
    .description('what was spent, per agent, label, session …')
    .addOption(
      new Option('--by <dimensions>', `one or more of ${DIMENSIONS.join(', ')}, separated by commas`)
        .argParser(readDimensions)
        .default(['agent'], 'agent'),
    )
    .option('--from <day>', 'first day, such as 2026-01-31 (UTC)')
    .option('--to <day>', 'the day after the last one')
    .option('--agent <agent>', 'only of this agent')
    .option('--label <label>', 'only of this label: a bare one, or name=value')
    .option('--session <session>', 'only of this session and those below it')
    .action(async (options: SpendOptions, command: Command) => {
      const { by, from, to, agent, label, session } = options;
      const query = { group_by: by, from, to, agent, label, session_id: session };
      const report = await wholeReport(context.client(command), query);
      context.show(command, report, (whole) => reportTable(by, whole));
    });
  return new Command('report').description('reports from the read models').addCommand(spend);
}

/** All pages; totals and position are the last one's, since the read models move on meanwhile. */
async function wholeReport(client: BursarClient, query: SpendReportQuery): Promise<WholeReport> {
  const report = await client.reports.spend({ ...query, limit: 200 });
  const rows = [...report.rows];
  let last = report;
  while (last.next_cursor !== null) {
    last = await client.reports.spend({ ...query, limit: 200, cursor: last.next_cursor });
    rows.push(...last.rows);
  }
  return { rows, totals: last.totals, position: last.position, as_of: last.as_of };
}

export function readDimensions(text: string): ReportDimension[] {
  return text.split(',').map((name) => {
    const dimension = DIMENSIONS.find((each) => each === name.trim());
    if (dimension) return dimension;
    throw new InvalidArgumentError(`It must be of ${DIMENSIONS.join(', ')}.`);
  });
}
