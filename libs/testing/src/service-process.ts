import { inheritedEnvironment } from '#config';
import { projectRoot, type ServerExit } from '#embedded';
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A process of Bursar that a test has started from the sources. */
export interface ServiceProcess {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  /** Everything it wrote to standard output and standard error. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts `file` (relative to the project, such as `apps/gateway/src/main.ts`) and resolves when it sends
 * `{ type: 'ready' }`. The process ends with this one, since its IPC channel then closes.
 */
export async function startServiceProcess(options: {
  file: string;
  environment: Readonly<Record<string, string>>;
  readyMilliseconds?: number;
}): Promise<ServiceProcess> {
  const child = fork(join(projectRoot, options.file), {
    cwd: projectRoot,
    execArgv: [
      '--conditions=bursar-source',
      '--disable-warning=ExperimentalWarning',
      ...['--import', join(projectRoot, 'libs', 'testing', 'typescript.mjs')],
    ],
    env: { ...inheritedEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<ServerExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const ready = new Promise<true>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && (message as { type?: unknown }).type === 'ready') resolve(true);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), options.readyMilliseconds ?? 20_000);
  });
  const isReady = await Promise.race([ready, timeout, exited.then(() => false)]);
  clearTimeout(timer);
  if (!isReady || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${options.file} did not become ready:\n${output}`);
  }
  return {
    pid: child.pid,
    exited,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
