import { spawn } from 'node:child_process';
import { inheritedEnvironment } from '#config';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { appFile } from '../project-root.js';

/** The same as `npm start`, without building first. */
export function upCommand(context: CommandContext): Command {
  return new Command('up')
    .description('start every service, with an embedded PostgreSQL and nats-server where none is named')
    .action(async () => {
      const file = appFile('standalone/src/main');
      const child = spawn(process.execPath, ['--enable-source-maps', ...process.execArgv, file], {
        env: inheritedEnvironment(),
        stdio: 'inherit',
      });
      // Ctrl-C reaches the child by itself; we only stay until it has stopped everything.
      const stay = () => undefined;
      const passOn = () => void child.kill('SIGTERM');
      process.on('SIGINT', stay);
      process.on('SIGTERM', passOn);
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', resolve);
      });
      process.off('SIGINT', stay);
      process.off('SIGTERM', passOn);
      if (code !== 0) context.exit_code = code === EXIT.usage ? EXIT.usage : EXIT.failed;
    });
}
