import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { findDatabases } from '../processes/databases.js';
import { runMaintenanceProcess } from '../processes/maintenance-process.js';

/** The log first: the read models' roles are let read it. */
export function migrateCommand(context: CommandContext): Command {
  return new Command('migrate')
    .description('bring the databases (DATABASE_URL, PROJECTION_DATABASE_URL) to the schema of this version')
    .action(async (_options: object, command: Command) => {
      const databases = findDatabases(context.config);
      const { applied } = await runMaintenanceProcess<{ applied: string[] }>(
        'authorization/src/migrate-process',
        databases,
      );
      const models = await runMaintenanceProcess<{ model_version: number }>(
        'projection/src/migrate-process',
        databases,
      );
      context.show(command, { event_log: applied, read_models: models.model_version }, (result) =>
        [
          result.event_log.length === 0
            ? 'Event log: is of this version.'
            : `Event log: ${result.event_log.join(', ')}.`,
          `Read models: schema of version ${result.read_models}.`,
        ].join('\n'),
      );
    });
}
