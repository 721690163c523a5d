import { connect, TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import { parseToken, subjects, type ParsedToken } from '#contracts';

export interface BusOptions {
  /** One or several `nats://host:port`, separated by commas. */
  url: string;
  /** The bearer text that HTTP takes too: an org key or an agent's token. A session's token opens no connection. */
  token: string;
  /** Shown in the server's list of connections. */
  name?: string;
  connect_timeout_ms?: number;
}

/** What the bus knows a connection by: subjects carry the ids that the token holds. */
export interface BusIdentity {
  org: string;
  /** `agt_…` or `key_…` */
  subject: string;
  kind: ParsedToken['kind'];
}

export function identityOf(token: string): BusIdentity {
  const { org, subject, kind } = parseToken(token);
  return { org, subject, kind };
}

/**
 * The server may wait twice as long for whoever verifies credentials. After its restart the services may come back a moment
 * after this connection has asked: the question is lost then, and asking again is faster than waiting.
 */
const HANDSHAKE_MS = 2_500;

/**
 * Once connected, the connection comes back by itself for ever; what is unreachable or refuses the token now is an error.
 *
 * @throws where no server can be reached, or it refuses the token
 */
export async function connectToBus(options: BusOptions, identity: BusIdentity): Promise<NatsConnection> {
  const patience_ms = options.connect_timeout_ms ?? 10_000;
  const end = performance.now() + patience_ms;
  for (;;) {
    try {
      return await connectOnce(options, identity, Math.min(HANDSHAKE_MS, patience_ms));
    } catch (error) {
      if (!(error instanceof TimeoutError) || performance.now() >= end) throw error;
    }
  }
}

function connectOnce(options: BusOptions, identity: BusIdentity, timeout: number): Promise<NatsConnection> {
  return connect({
    servers: options.url.split(',').map((server) => server.trim()),
    name: options.name ?? `bursar client ${identity.subject}`,
    token: options.token,
    // The only place where this credential may receive.
    inboxPrefix: `${subjects.answersOf(identity.org, identity.subject)}.inbox`,
    timeout,
    // Else two Error objects with stacks are made for each publish.
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    // Who verifies connections may come back after the server does: its absence must not end ours.
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
}
