import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { inheritedEnvironment } from '#config';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { packageFolder } from '../project-root.js';

/** What `npm run bench` of a checkout does: the benchmark belongs to the sources, not to what is installed. */
export function benchCommand(context: CommandContext): Command {
  return new Command('bench')
    .description('measure this machine: in a checkout, on a Bursar of its own')
    .option('--quick', 'the main rows, in about eight minutes')
    .option('--only <rows>', 'such as bus,http')
    .option('--file <file>', 'where the figures go as JSON')
    .action(async ({ quick, only, file }: { quick?: true; only?: string; file?: string }) => {
      const folder = checkoutOf(packageFolder());
      const rest = [quick ? '--quick' : [], only ? `--only=${only}` : [], file ? `--json=${file}` : []].flat();
      const child = spawn('npm', ['run', '-s', 'bench', '--', ...rest], {
        cwd: folder,
        env: inheritedEnvironment(),
        stdio: 'inherit',
      });
      // Ctrl-C reaches the benchmark by itself, which stops what it has started.
      const stay = (): void => undefined;
      process.on('SIGINT', stay);
      const ended = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', resolve);
      }).finally(() => process.off('SIGINT', stay));
      if (ended !== 0) context.exit_code = EXIT.failed;
    });
}

/** @throws CommandFailed where the folder is no checkout, saying where the benchmark is */
export function checkoutOf(folder: string): string {
  if (existsSync(join(folder, 'test', 'bench', 'main.ts'))) return folder;
  throw new CommandFailed(
    EXIT.failed,
    `There is no benchmark in ${folder}. It is part of the sources (test/bench): run it in a checkout of Bursar.`,
  );
}
