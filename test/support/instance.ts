import { endWithThisProcess, makeTemporaryDirectory, projectRoot } from '#embedded';
import { inheritedEnvironment } from '#config';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where a running Bursar is, and its first org's admin key. */
export interface InstanceAddresses {
  readonly url: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly sandboxUrl: string;
  readonly adminKey: string;
  readonly dataDirectory: string;
}

/** A whole Bursar on its own embedded servers, as `npm start` runs it, in a folder of its own. */
export interface Instance extends InstanceAddresses {
  /** The supervising process. */
  readonly process: ChildProcess;
  /** Stops everything in order; the data stay until `remove`. */
  stop(): Promise<void>;
  remove(): void;
}

export interface InstanceOptions {
  /** The folder of an instance that was stopped, to start it again with its data. */
  dataDirectory?: string;
  settings?: Readonly<Record<string, string>>;
}

export const TEST_ADMIN_KEY = 'bursar-test-admin-key';
const START_MS = 60_000;

/** Needs the built sources (`npm run build`): demo, benchmark and crash tests run what users run. */
export async function startInstance(options: InstanceOptions = {}): Promise<Instance> {
  const dataDirectory = options.dataDirectory ?? join(makeTemporaryDirectory().path, 'data');
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/apps/standalone/src/main.js'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutSettings(inheritedEnvironment()),
      BURSAR_PORT: '0',
      BURSAR_NATS_PORT: '0',
      BURSAR_ADMIN_KEY: TEST_ADMIN_KEY,
      BURSAR_LOG_LEVEL: 'warn',
      ...options.settings,
      BURSAR_DATA_DIR: dataDirectory,
    },
  });
  // However this process ends, it leaves nothing running.
  if (child.pid !== undefined) child.once('exit', endWithThisProcess(child.pid, ['SIGTERM', 'SIGKILL']));
  await ready(child);
  const running = JSON.parse(readFileSync(join(dataDirectory, 'running.json'), 'utf8')) as Record<string, string>;
  return {
    url: running['url']!,
    natsUrl: running['nats_url']!,
    databaseUrl: running['database_url']!,
    // Undefined where the settings turn it off.
    sandboxUrl: running['sandbox_url']!,
    adminKey: TEST_ADMIN_KEY,
    dataDirectory,
    process: child,
    stop: () => stop(child),
    remove: () => rmSync(join(dataDirectory, '..'), { recursive: true, force: true }),
  };
}

/** The key with which organizations are opened there, which the embedded start keeps in its data folder. */
export function platformKeyOf({ dataDirectory }: InstanceAddresses): string {
  const secrets = readFileSync(join(dataDirectory, 'secrets.json'), 'utf8');
  return (JSON.parse(secrets) as { platformKey: string }).platformKey;
}

/** Nothing of the caller's own Bursar reaches the instance. */
function withoutSettings(environment: Record<string, string>): Record<string, string> {
  const settings = /^(BURSAR_|DATABASE_URL$|PROJECTION_DATABASE_URL$|NATS_URL$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !settings.test(name)));
}

function ready(child: ChildProcess): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`Bursar did not start within ${START_MS / 1000} s:\n${output}`));
    }, START_MS);
    const read = (bytes: Buffer): void => {
      output += bytes.toString();
      if (!output.includes('Bursar is ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Bursar ended with ${code}:\n${output}`));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
