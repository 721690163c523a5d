import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { serviceEnvironment } from '#config';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { appFile } from '../project-root.js';
import type { Databases } from './databases.js';

export interface MaintenanceProgress {
  phase: string;
  done: number;
  total: number;
}

type Line = ({ type: 'progress' } & MaintenanceProgress) | { type: 'result'; result: object } | FailedLine;
interface FailedLine {
  type: 'failed';
  reason: string;
}

/**
 * Runs a process of another app that does one thing and ends, such as `authorization/src/verify-process`, and gives its
 * result. It is ended with this one.
 *
 * @throws CommandFailed with its reason
 */
export async function runMaintenanceProcess<Result>(
  path: string,
  databases: Databases,
  options: { arguments?: readonly string[]; onProgress?: (progress: MaintenanceProgress) => void } = {},
): Promise<Result> {
  const child = spawn(process.execPath, [...process.execArgv, appFile(path), ...(options.arguments ?? [])], {
    env: serviceEnvironment('maintenance', databases),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = () => void child.kill();
  process.once('exit', endWithUs);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  let last: Exclude<Line, { type: 'progress' }> | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'progress') options.onProgress?.(line);
    else last = line;
  }
  const end = await ended;
  process.off('exit', endWithUs);
  if (last?.type === 'result') return last.result as Result;
  throw new CommandFailed(EXIT.failed, last?.reason ?? `${path}: ${end}\n${errors.trim()}`.trim());
}
