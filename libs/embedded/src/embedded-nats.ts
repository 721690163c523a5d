import { inheritedEnvironment } from '#config';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockDirectory } from './directory-lock.js';
import type { EmbeddedServer } from './embedded-postgres.js';
import { dieWithParent, launchServer, type ServerProcess } from './launch-server.js';
import { findNatsServer } from './nats-binary.js';

export interface NatsOptions {
  /** Made when it does not exist. Holds the JetStream store, the configuration, the log. */
  readonly dataDirectory: string;
  /** On 127.0.0.1; a free one when absent or 0, which nats-server itself would take for its default. */
  readonly port?: number;
  /** The text of a nats-server configuration. Address, port and store directory are given by the start. */
  readonly configuration: string;
  /** It does its work behind those that somebody waits for. */
  readonly priority?: 'background';
}

const startMilliseconds = 60_000;

/**
 * Starts nats-server with JetStream on 127.0.0.1 and resolves when it accepts connections.
 *
 * @throws DirectoryInUseError when another process runs a server in this folder.
 */
export async function startNats(options: NatsOptions): Promise<EmbeddedServer> {
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

async function start(options: NatsOptions): Promise<EmbeddedServer> {
  const directory = options.dataDirectory;
  const configurationFile = join(directory, 'nats-server.conf');
  writeFileSync(configurationFile, options.configuration, { mode: 0o600 });
  removePortsFiles(directory);
  const server = await launchServer({
    name: 'nats-server',
    command: [
      ...dieWithParent('TERM'),
      findNatsServer(),
      ...['-c', configurationFile, '-js', '-sd', join(directory, 'jetstream')],
      ...['-a', '127.0.0.1', '-p', String(options.port || -1), '--ports_file_dir', directory],
    ],
    directory,
    environment: inheritedEnvironment(),
    signals: ['SIGTERM', 'SIGKILL'],
    patienceMilliseconds: 15_000,
    priority: options.priority,
  });
  const url = await waitForUrl(server, directory);
  if (url === undefined) {
    const log = server.logTail();
    await server.stop();
    throw new Error(`nats-server did not start in ${directory}:\n${log}`);
  }
  return { url, port: Number(new URL(url).port), pid: server.pid, exited: server.exited, stop: () => server.stop() };
}

/** nats-server writes its ports into a file when it listens: no port is guessed, no connection is tried. */
async function waitForUrl(server: ServerProcess, directory: string): Promise<string | undefined> {
  const deadline = Date.now() + startMilliseconds;
  const portsFile = join(directory, `nats-server_${server.pid}.ports`);
  while (!server.hasExited() && Date.now() < deadline) {
    const url = existsSync(portsFile) ? readUrl(portsFile) : undefined;
    if (url !== undefined) return url;
    await sleep(5);
  }
  return undefined;
}

function readUrl(portsFile: string): string | undefined {
  try {
    const ports = JSON.parse(readFileSync(portsFile, 'utf8')) as { nats?: string[] };
    return ports.nats?.[0];
  } catch {
    return undefined;
  }
}

/** A killed nats-server leaves its file behind. */
function removePortsFiles(directory: string): void {
  for (const name of readdirSync(directory)) if (name.endsWith('.ports')) rmSync(join(directory, name));
}
