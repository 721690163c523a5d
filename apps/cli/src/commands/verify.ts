import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { findDatabases } from '../processes/databases.js';
import { runMaintenanceProcess } from '../processes/maintenance-process.js';
import { progressDisplay } from '../processes/progress-bar.js';
import { verificationText, type Verification } from '../rendering/verification-text.js';

export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description('verify the whole event log: hashes, order, sequences, times, checkpoints')
    .option(
      '--deep',
      'also that bytes are canonical and the indexes of keys, payments and addresses agree; several times slower',
    )
    .action(async (options: { deep?: true }, command: Command) => {
      const databases = findDatabases(context.config);
      const progress = progressDisplay(context.terminal);
      const result = await runMaintenanceProcess<Verification>('authorization/src/verify-process', databases, {
        arguments: options.deep ? ['--deep'] : [],
        onProgress: (each) => progress.show(each),
      }).finally(() => progress.stop());
      context.show(command, result, verificationText);
      if (result.faults.length > 0) context.exit_code = EXIT.broken;
    });
}
