import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { findDatabases } from '../processes/databases.js';
import { runMaintenanceProcess } from '../processes/maintenance-process.js';
import { progressDisplay } from '../processes/progress-bar.js';

interface Rebuilt {
  generation: number;
  events: number;
  quarantined: number;
  seconds: number;
  events_per_second: number;
  differences?: { table: string; rows: number }[];
}

export function rebuildCommand(context: CommandContext): Command {
  return new Command('rebuild')
    .description('build the read models anew beside the live ones, which go on answering, then swap them')
    .option('--compare', 'compare the new ones with the live ones before the swap; reports stand still meanwhile')
    .action(async (options: { compare?: true }, command: Command) => {
      const databases = findDatabases(context.config);
      const progress = progressDisplay(context.terminal);
      const result = await runMaintenanceProcess<Rebuilt>('projection/src/rebuild-process', databases, {
        arguments: options.compare ? ['--compare'] : [],
        onProgress: (each) => progress.show(each),
      }).finally(() => progress.stop());
      context.show(command, result, rebuiltText);
      if ((result.differences?.length ?? 0) > 0) context.exit_code = EXIT.failed;
    });
}

export function rebuiltText(rebuilt: Rebuilt): string {
  const { events, seconds, events_per_second: rate, generation, quarantined, differences } = rebuilt;
  return [
    `Rebuilt from ${events} events in ${seconds.toFixed(1)} s (${Math.round(rate)} per second) and swapped in: generation ${generation}.`,
    ...(quarantined > 0 ? [`${quarantined} events could not be taken in; they stand in bursar_read.quarantine.`] : []),
    ...(differences === undefined
      ? []
      : differences.length === 0
        ? ['The tables before were equal to the last byte.']
        : differences.map(({ table, rows }) => `DIFFERENT before: ${table}, ${rows} rows.`)),
  ].join('\n');
}
