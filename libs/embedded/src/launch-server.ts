import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveBackgroundPriority } from './background-priority.js';
import { identityOf } from './process-identity.js';
import { watchdog } from './watchdog.js';

const largestLogBytes = 20 * 1024 * 1024;

export interface Launch {
  readonly name: string;
  /** The program and its parameters; the first one may be a wrapper that becomes the server by exec. */
  readonly command: readonly string[];
  /** The server's own folder, already locked by this process: its log and its record go here. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Asks for a clean end first, and insists later. */
  readonly signals: readonly [NodeJS.Signals, ...NodeJS.Signals[]];
  /** Time between those signals when `stop` is called. */
  readonly patienceMilliseconds: number;
  /** It does its work behind those that somebody waits for. */
  readonly priority?: 'background' | undefined;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<ServerExit>;
  hasExited(): boolean;
  stop(): Promise<void>;
  /** The end of what the server has logged, for messages. */
  logTail(): string;
}

/** Starts a server that does not outlive this process, whatever happens to this process. */
export async function launchServer(launch: Launch): Promise<ServerProcess> {
  await endOrphan(launch);
  const logFile = join(launch.directory, `${launch.name}.log`);
  const log = openLog(logFile);
  const logStart = statSync(logFile).size;
  const [program = '', ...parameters] = launch.command;
  // Detached: Ctrl-C must reach this process only, which then stops the servers after the services.
  const child = spawn(program, parameters, {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: launch.directory,
    env: launch.environment,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new Error(`${launch.name} could not be started: ${error.message}`);
  }
  if (launch.priority === 'background') giveBackgroundPriority(pid);
  watchdog.watch(pid, launch.signals);
  child.unref();

  let exit: ServerExit | undefined;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      watchdog.forget(pid);
      rmSync(recordFile(launch), { force: true });
      resolve(exit);
    });
  });
  writeFileSync(recordFile(launch), JSON.stringify({ pid, identity: identityOf(pid) ?? '' }), { mode: 0o600 });

  return {
    pid,
    exited,
    hasExited: () => exit !== undefined,
    logTail: () => readFileSync(logFile, 'utf8').slice(logStart).split('\n').slice(-20).join('\n').trim(),
    async stop() {
      child.ref();
      for (const signal of launch.signals) {
        if (exit) return;
        child.kill(signal);
        await Promise.race([exited, sleep(launch.patienceMilliseconds, undefined, { ref: false })]);
      }
      await exited;
    },
  };
}

/** On Linux the kernel itself sends the signal when the parent is gone. Empty where it cannot. */
export function dieWithParent(signal: 'INT' | 'TERM'): string[] {
  canDieWithParent ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true']).status === 0;
  return canDieWithParent ? ['setpriv', '--pdeathsig', signal, '--'] : [];
}
let canDieWithParent: boolean | undefined;

/** A server whose parent was killed may still be shutting down: two servers on the same files would destroy them. */
async function endOrphan(launch: Launch): Promise<void> {
  const file = recordFile(launch);
  if (!existsSync(file)) return;
  const { pid, identity } = JSON.parse(readFileSync(file, 'utf8') || '{}') as { pid?: number; identity?: string };
  const isThere = () => pid !== undefined && identity !== '' && identityOf(pid) === identity;
  for (const signal of [undefined, ...launch.signals]) {
    if (!isThere()) break;
    if (signal && pid !== undefined) process.kill(pid, signal);
    for (let waited = 0; waited < launch.patienceMilliseconds && isThere(); waited += 20) await sleep(20);
  }
  if (isThere()) throw new Error(`${launch.name} of an earlier start (process ${pid}) does not end`);
  rmSync(file, { force: true });
}

function recordFile(launch: Launch): string {
  return join(launch.directory, 'server.json');
}

function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}
