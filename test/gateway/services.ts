import pg from 'pg';
import { migrateEventLog } from '#event-log';
import { migrateReadModels } from '#read-models';
import {
  createTestDatabase,
  startPrivateNats,
  startServiceProcess,
  type PrivateServer,
  type ServiceProcess,
  type TestDatabase,
} from '#testing';

export const ADMIN_KEY = 'an-admin-key-of-these-tests';

const SIGNING_SEED = Buffer.alloc(32, 'the seed of these tests').toString('base64url');

export interface RunningGateway extends ServiceProcess {
  readonly url: string;
}

/** Real parts, each service a process of its own from the sources, so that any of them can be killed and started again. */
export class Services {
  readonly #running: ServiceProcess[] = [];

  private constructor(
    private readonly nats: PrivateServer,
    private readonly database: TestDatabase,
  ) {}

  static async start(): Promise<Services> {
    const nats = await startPrivateNats();
    const database = await createTestDatabase({ migrate: migrateBoth, schema: 'log_and_read_models' });
    return new Services(nats, database);
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** Nobody reads or writes the table until what this gives is called. */
  async lockTable(table: string): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    await client.query(`set lock_timeout = '10s'`);
    await client.query('begin');
    await client.query(`lock table ${table} in access exclusive mode`);
    return () => client.end();
  }

  /** Kills the bus, as a power cut would, and starts it again. */
  async restartBus(): Promise<void> {
    await this.nats.kill();
    await this.nats.restart();
  }

  authorization(settings: Record<string, string> = {}): Promise<ServiceProcess> {
    return this.#start('authorization', { BURSAR_ADMIN_KEY: ADMIN_KEY, BURSAR_LEASE_MS: '1000', ...settings });
  }

  projection(): Promise<ServiceProcess> {
    return this.#start('projection', {});
  }

  settlement(settings: Record<string, string> = {}): Promise<ServiceProcess> {
    return this.#start('settlement', {
      BURSAR_SIGNING_SEED: SIGNING_SEED,
      BURSAR_SECRETS_SEED: SIGNING_SEED,
      ...settings,
    });
  }

  async gateway(): Promise<RunningGateway> {
    return listening(await this.#start('gateway', { BURSAR_PORT: '0' }));
  }

  /** The gateway of the standalone start, in whose process settlement answers. */
  async gatewayWithSettlement(settings: Record<string, string> = {}): Promise<RunningGateway> {
    const seeds = { BURSAR_SIGNING_SEED: SIGNING_SEED, BURSAR_SECRETS_SEED: SIGNING_SEED };
    return listening(await this.#start('standalone', { BURSAR_PORT: '0', ...seeds, ...settings }, 'gateway-process'));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((service) => service.stop()));
    await this.nats.stop();
    await this.database.drop();
  }

  async #start(name: string, settings: Record<string, string>, file = 'main'): Promise<ServiceProcess> {
    const service = await startServiceProcess({
      file: `apps/${name}/src/${file}.ts`,
      environment: {
        DATABASE_URL: this.database.url,
        NATS_URL: this.nats.url,
        BURSAR_NATS_SERVICE_PASSWORD: 'none',
        ...settings,
      },
      readyMilliseconds: 60_000,
    });
    this.#running.push(service);
    return service;
  }
}

function listening(service: ServiceProcess): RunningGateway {
  const url = /"url":"(http:[^"]+)"/.exec(service.output())?.[1];
  if (url === undefined) throw new Error(`The gateway does not say where it listens:\n${service.output()}`);
  return { ...service, url: url.replace('localhost', '127.0.0.1') };
}

async function migrateBoth(url: string): Promise<void> {
  await migrateEventLog(url);
  await migrateReadModels(url);
}

export interface Called {
  status: number;
  text: string;
  json: Record<string, unknown>;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One HTTP call; text goes out as it is, anything else as JSON. */
export async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Called> {
  const { token = ADMIN_KEY, body } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}
