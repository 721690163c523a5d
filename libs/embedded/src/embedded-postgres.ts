import { inheritedEnvironment } from '#config';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockDirectory } from './directory-lock.js';
import { findFreePort } from './free-port.js';
import { launchServer, type ServerExit, type ServerProcess } from './launch-server.js';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { postgresUser, type PostgresUser, type Way } from './postgres-user.js';
import { commandOf } from './process-identity.js';
import { projectRoot } from './project-root.js';

export interface PostgresOptions {
  /** Made when it does not exist. Holds the cluster, its password, its log. */
  readonly dataDirectory: string;
  /** On 127.0.0.1; a free one when absent. */
  readonly port?: number;
  /** A postgresql.conf; `deploy/postgres/bursar.conf` when absent. */
  readonly settingsFile?: string;
  /** Settings over those of the file, such as `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Forces one way of running as root, in tests. */
  readonly runAsRootBy?: Way;
}

export interface EmbeddedServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. The folder is free again then. */
  readonly exited: Promise<ServerExit>;
  /** A clean shutdown, as fast as that can be. */
  stop(): Promise<void>;
}

const userAndDatabase = 'bursar';
const startMilliseconds = 120_000;

/**
 * Starts PostgreSQL 18 on 127.0.0.1 and resolves when it accepts connections (after recovery, where one is due).
 * The database `bursar` exists; the URL has the superuser `bursar` and its password.
 *
 * @throws DirectoryInUseError when another process runs a server in this folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const unlock = lockDirectory(options.dataDirectory);
  try {
    const server = await start(options);
    void server.exited.then(unlock);
    return server;
  } catch (error) {
    unlock();
    throw error;
  }
}

async function start(options: PostgresOptions): Promise<EmbeddedServer> {
  const directory = options.dataDirectory;
  const binaries = findPostgres(directory);
  const user = postgresUser({ directory, postgres: binaries.postgres, way: options.runAsRootBy });
  const password = readOrMakePassword(directory);
  makeCluster({ directory, binaries, user, durable: options.settings?.['fsync'] !== 'off' });

  const deadline = Date.now() + startMilliseconds;
  for (;;) {
    removeStalePidFile(directory);
    const port = options.port ?? (await findFreePort());
    writeSettings({ options, binaries, user, port });
    const server = await launchServer({
      name: 'postgres',
      command: user.wrap(
        [
          binaries.postgres,
          '-D',
          join(directory, 'cluster'),
          '-c',
          `config_file=${join(directory, 'postgresql.conf')}`,
        ],
        'server',
      ),
      directory,
      environment: environmentFor(binaries),
      // Fast shutdown, then immediate (recovery at the next start), then the end.
      signals: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
      patienceMilliseconds: 30_000,
    });
    const url = `postgres://${userAndDatabase}:${password}@127.0.0.1:${port}/${userAndDatabase}`;
    if (await isReady(server, directory, deadline)) {
      return { url, port, pid: server.pid, exited: server.exited, stop: () => server.stop() };
    }
    const log = server.logTail();
    await server.stop();
    // The processes of a killed server take a moment to notice; and a free port may be taken by somebody else.
    const mayPass = /shared memory block|lock file "postmaster.pid"|Address already in use/.test(log);
    if (!mayPass || Date.now() > deadline || (options.port !== undefined && log.includes('Address already'))) {
      throw new Error(`PostgreSQL did not start in ${directory}:\n${log}`);
    }
    await sleep(100);
  }
}

/** PostgreSQL writes its state into the eighth line of its pid file: no connection has to be tried. */
async function isReady(server: ServerProcess, directory: string, deadline: number): Promise<boolean> {
  const pidFile = join(directory, 'cluster', 'postmaster.pid');
  while (!server.hasExited() && Date.now() < deadline) {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(5);
  }
  return false;
}

/**
 * After SIGKILL the pid file stays, and PostgreSQL believes it when the number meanwhile belongs to any other
 * process. Nobody else runs a server here, since this process has the lock.
 */
function removeStalePidFile(directory: string): void {
  const pidFile = join(directory, 'cluster', 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!(pid > 0) || commandOf(pid) !== 'postgres') rmSync(pidFile, { force: true });
}

/** Built under another name, so that an interrupted first start leaves nothing that looks complete. */
function makeCluster(parts: {
  directory: string;
  binaries: PostgresBinaries;
  user: PostgresUser;
  durable: boolean;
}): void {
  const { directory, binaries, user } = parts;
  const cluster = join(directory, 'cluster');
  if (existsSync(cluster)) return;
  const unfinished = join(directory, 'cluster.new');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  user.own(directory);
  const run = (command: string[], input = '') => {
    const [program = '', ...parameters] = user.wrap(command, 'tool');
    const result = spawnSync(program, parameters, {
      cwd: directory,
      env: environmentFor(binaries),
      input,
      encoding: 'utf8',
    });
    if (result.status !== 0) {
      throw new Error(`${command[0]} failed in ${directory}: ${result.stderr || result.error?.message}`);
    }
  };
  run([
    binaries.initdb,
    ...['-D', unfinished, '--username', userAndDatabase, '--pwfile', passwordFile(directory)],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--locale', 'C', '--no-instructions', ...(parts.durable ? [] : ['--no-sync'])],
  ]);
  const fsync = parts.durable ? 'on' : 'off';
  run(
    [binaries.postgres, '--single', '-D', unfinished, '-c', `fsync=${fsync}`, '-c', 'log_checkpoints=off', 'postgres'],
    `CREATE DATABASE ${userAndDatabase}\n`,
  );
  renameSync(unfinished, cluster);
}

function writeSettings(parts: {
  options: PostgresOptions;
  binaries: PostgresBinaries;
  user: PostgresUser;
  port: number;
}): void {
  const { dataDirectory, settings = {}, settingsFile } = parts.options;
  const file = settingsFile ?? join(projectRoot, 'deploy', 'postgres', 'bursar.conf');
  const own = { listen_addresses: '127.0.0.1', port: String(parts.port), ...missingCompression(parts), ...settings };
  const target = join(dataDirectory, 'postgresql.conf');
  writeFileSync(
    target,
    [
      `# Written at every start, from ${file} and what the start itself decides (at the end).`,
      readFileSync(file, 'utf8'),
      ...Object.entries(own).map(([name, value]) => `${name} = '${value}'`),
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  parts.user.own(target);
}

/** Not every build of PostgreSQL has lz4; pglz is always there. */
function missingCompression(parts: { options: PostgresOptions; binaries: PostgresBinaries; user: PostgresUser }): {
  wal_compression?: string;
} {
  const cluster = join(parts.options.dataDirectory, 'cluster');
  const [program = '', ...parameters] = parts.user.wrap(
    [parts.binaries.postgres, '-D', cluster, '-c', 'wal_compression=lz4', '-C', 'wal_compression'],
    'tool',
  );
  const { status } = spawnSync(program, parameters, { stdio: 'ignore', env: environmentFor(parts.binaries) });
  return status === 0 ? {} : { wal_compression: 'pglz' };
}

function readOrMakePassword(directory: string): string {
  const file = passwordFile(directory);
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function passwordFile(directory: string): string {
  return join(directory, 'password');
}

function environmentFor(binaries: PostgresBinaries): Record<string, string> {
  return { ...inheritedEnvironment(), LC_ALL: 'C', TZ: 'UTC', ...binaries.environment };
}
