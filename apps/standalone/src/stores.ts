import type { Config } from '#config';
import { isPortFree, startNats, startPostgres } from '#embedded';
import { join } from 'node:path';
import { KeptServer, type Troubles } from './kept-server.js';
import type { Secrets } from './secrets.js';

/** The two servers that everything stands on, embedded or the ones that the settings name. */
export interface Stores {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly natsServicePassword: string;
  /** Only where this start decides it; a nats-server of your own has its own. */
  readonly natsIssuerSeed: string | undefined;
  stop(): Promise<void>;
}

export interface StoresOptions {
  readonly config: Config<'standalone'>;
  readonly dataDirectory: string;
  readonly secrets: Secrets;
  /** The text of the embedded nats-server's configuration, identities included. */
  readonly natsConfiguration: (identities: NatsIdentities) => string;
  readonly troubles: Troubles;
  /** Tells that one of them is ready. */
  readonly report: (text: string) => void;
}

export interface NatsIdentities {
  readonly serviceUser: string;
  readonly servicePassword: string;
  readonly issuerSeed: string;
}

export async function startStores(options: StoresOptions): Promise<Stores> {
  const { config, secrets } = options;
  if (config.natsUrl !== undefined && config.natsServicePassword === undefined) {
    throw new Error('NATS_URL is set: BURSAR_NATS_SERVICE_PASSWORD must be set too (see docs/settings.md)');
  }
  const natsServicePassword = config.natsServicePassword ?? secrets.natsServicePassword;
  const natsIssuerSeed = config.natsIssuerSeed ?? (config.natsUrl === undefined ? secrets.natsIssuerSeed : undefined);
  const started: KeptServer[] = [];
  try {
    if (config.databaseUrl === undefined) started.push(await startDatabase(options));
    const databaseUrl = config.databaseUrl ?? started[0]?.url ?? '';
    let natsUrl = config.natsUrl;
    if (natsUrl === undefined) {
      const identities = {
        serviceUser: config.natsServiceUser,
        servicePassword: natsServicePassword,
        issuerSeed: natsIssuerSeed ?? secrets.natsIssuerSeed,
      };
      const nats = await startBus(options, identities);
      started.push(nats);
      natsUrl = nats.url;
    }
    return {
      databaseUrl,
      natsUrl,
      natsServicePassword,
      natsIssuerSeed,
      stop: async () => void (await Promise.all(started.map((server) => server.stop()))),
    };
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
}

async function startDatabase({ dataDirectory, troubles, report }: StoresOptions): Promise<KeptServer> {
  const directory = join(dataDirectory, 'postgres');
  const server = await KeptServer.start(
    'PostgreSQL',
    (port) => startPostgres({ dataDirectory: directory, port }),
    troubles,
  );
  report(`PostgreSQL 18    127.0.0.1:${new URL(server.url).port}`);
  return server;
}

async function startBus(options: StoresOptions, identities: NatsIdentities): Promise<KeptServer> {
  const { config, dataDirectory, troubles, report } = options;
  const preferred = (await isPortFree(config.natsPort)) ? config.natsPort : undefined;
  const configuration = options.natsConfiguration(identities);
  const server = await KeptServer.start(
    'nats-server',
    (port = preferred) =>
      startNats({ dataDirectory: join(dataDirectory, 'nats'), port, configuration, priority: 'background' }),
    troubles,
  );
  report(`nats-server      ${server.url}`);
  return server;
}
