import pg from 'pg';

export interface SessionOptions {
  /** Shown in pg_stat_activity, after `bursar `. */
  name: string;
  /** Role that the session takes; absent: the one that logged in. */
  role?: string;
  statement_timeout_ms: number;
  /** How long a statement waits for a lock; absent: as long as it may take. */
  lock_timeout_ms?: number;
}

const INT8 = 20;
const integersAsNumbers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
};

/**
 * Our statements are few, prepared once and walk indexes: one generic plan each, never a scan chosen on a table without
 * statistics. Settings travel with the connection, so no statement can run before them; those in the URL are kept.
 */
export function sessionConfig(url: string, options: SessionOptions): pg.PoolConfig {
  const settings: Record<string, string> = {
    plan_cache_mode: 'force_generic_plan',
    enable_seqscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    jit: 'off',
    statement_timeout: `${options.statement_timeout_ms}`,
    ...(options.lock_timeout_ms === undefined ? {} : { lock_timeout: `${options.lock_timeout_ms}` }),
    ...(options.role ? { role: options.role } : {}),
  };
  const address = new URL(url);
  const given = address.searchParams.get('options');
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  address.searchParams.set('options', [...(given ? [given] : []), ...ours].join(' '));
  return {
    connectionString: address.toString(),
    application_name: `bursar ${options.name}`,
    types: integersAsNumbers,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    // The server ends the statement first; this is for a server or network that no longer answers.
    query_timeout: options.statement_timeout_ms + 1_000,
  };
}

/** A pool whose connections may be lost, idle or in use, without ending the process: the next query opens another. */
export function openPool(url: string, options: SessionOptions & { connections_maximum: number }): pg.Pool {
  const pool = new pg.Pool({ ...sessionConfig(url, options), max: options.connections_maximum });
  pool.on('error', () => undefined);
  // Whoever has taken a connection from the pool is told by his query; the connection's own event nobody else hears.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
