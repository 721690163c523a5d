import { makeTemporaryDirectory, startNats, startPostgres, type EmbeddedServer } from '#embedded';
import { durablePostgresSettings, fastPostgresSettings, plainNatsConfiguration } from './server-settings.js';

/** A server of one test, to be killed, paused and started again. */
export interface PrivateServer {
  /** The same after a restart. */
  readonly url: string;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `kill` or after a clean stop. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
}

export interface PrivatePostgresOptions {
  /** Real fsync and synchronous commit: for tests that kill it. Default true. */
  readonly durable?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export function startPrivatePostgres(options: PrivatePostgresOptions = {}): Promise<PrivateServer> {
  const base = options.durable === false ? fastPostgresSettings : durablePostgresSettings;
  const settings = { ...base, ...options.settings };
  return startPrivate((dataDirectory, port) => startPostgres({ dataDirectory, port, settings }));
}

export function startPrivateNats(options: { configuration?: string } = {}): Promise<PrivateServer> {
  const configuration = options.configuration ?? plainNatsConfiguration;
  return startPrivate((dataDirectory, port) => startNats({ dataDirectory, port, configuration }));
}

async function startPrivate(
  start: (dataDirectory: string, port: number | undefined) => Promise<EmbeddedServer>,
): Promise<PrivateServer> {
  const folder = makeTemporaryDirectory();
  let server = await start(`${folder.path}/server`, undefined);
  const { url, port } = server;
  return {
    url,
    get pid() {
      return server.pid;
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      await server.stop();
      server = await start(`${folder.path}/server`, port);
    },
    pause: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}
