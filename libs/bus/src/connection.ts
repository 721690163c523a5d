import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '#observability';

/** Services come with user and password, agents and orchestrators with the bearer text that HTTP takes too. */
export type BusCredentials = { user: string; password: string } | { token: string };

export interface BusConnectionOptions {
  /** One or several `nats://host:port`, separated by commas. */
  url: string;
  credentials?: BusCredentials;
  /** Shown in the server's list of connections. */
  name: string;
  /** A credential may receive only below its own answers: there its inbox must be (see `clientInboxPrefix`). */
  inbox_prefix?: string;
  connect_timeout_ms?: number;
  logger?: Logger;
}

export type BusConnection = NatsConnection;

/**
 * Connects to the bus. What is unreachable or refuses the credentials now is an error; once connected, the connection
 * comes back by itself for ever.
 *
 * @throws where no server can be reached, or it refuses the credentials
 */
export async function connectBus(options: BusConnectionOptions): Promise<BusConnection> {
  const connection = await connect({
    servers: options.url.split(',').map((server) => server.trim()),
    name: options.name,
    ...authentication(options.credentials),
    ...(options.inbox_prefix ? { inboxPrefix: options.inbox_prefix } : {}),
    timeout: options.connect_timeout_ms ?? 5_000,
    // Else two Error objects with stacks are made for each request and publish: they led the CPU profile.
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    // The auth callout's responder may come back after we do: its absence must not end the connection.
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
  if (options.logger) void logStatus(connection, options.logger);
  return connection;
}

function authentication(credentials: BusCredentials | undefined): object {
  if (!credentials) return {};
  if ('token' in credentials) return { token: credentials.token };
  return { user: credentials.user, pass: credentials.password };
}

async function logStatus(connection: BusConnection, logger: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn({ server: status.server }, 'The bus is disconnected');
    if (status.type === 'reconnect') logger.info({ server: status.server }, 'The bus is connected again');
    if (status.type === 'error') logger.error({ err: status.error }, 'The bus reports an error');
    if (status.type === 'slowConsumer') logger.warn({ pending: status.pending }, 'A subscription of the bus lags');
  }
}
