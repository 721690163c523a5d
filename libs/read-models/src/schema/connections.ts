import pg from 'pg';

export interface ConnectionSettings {
  /** How long one statement may take before the server ends it. */
  statement_timeout_ms: number;
  connections: number;
}

/**
 * Connections that write the read models. Losing the last moments of them in a crash of PostgreSQL loses nothing: the
 * checkpoint is lost in the same transaction and the events are read again, hence no wait for the disk.
 */
export function writerPool(url: string, settings: ConnectionSettings): pg.Pool {
  return pool(url, settings, 'bursar projection', {
    role: 'bursar_projection',
    synchronous_commit: 'off',
    lock_timeout: `${settings.statement_timeout_ms}`,
  });
}

/** Connections that answer questions: they can neither write nor wait for long. */
export function readerPool(url: string, settings: ConnectionSettings): pg.Pool {
  return pool(url, settings, 'bursar reports', {
    role: 'bursar_report',
    default_transaction_read_only: 'on',
    jit: 'off',
  });
}

/** Connections that read the log, which may lie in another database with users of its own. */
export function logPool(url: string, settings: ConnectionSettings): pg.Pool {
  return pool(url, settings, 'bursar projection log', { default_transaction_read_only: 'on', jit: 'off' });
}

function pool(url: string, settings: ConnectionSettings, name: string, parameters: Record<string, string>): pg.Pool {
  const all = { ...parameters, statement_timeout: `${settings.statement_timeout_ms}` };
  const made = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: settings.connections,
    connectionTimeoutMillis: 5_000,
    options: Object.entries(all)
      .map(([parameter, value]) => `-c ${parameter}=${value}`)
      .join(' '),
  });
  // A connection that the server ends is told by the query that it fails, or replaced at its next use; without listeners
  // the event alone would end the process.
  made.on('error', () => undefined);
  made.on('connect', (client) => client.on('error', () => undefined));
  return made;
}
