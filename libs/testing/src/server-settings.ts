/** Not durable: for tests that do not kill PostgreSQL. */
export const fastPostgresSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  max_connections: '300',
} as const;

/** Survives SIGKILL like the real one, with less memory. */
export const durablePostgresSettings = {
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  max_connections: '200',
} as const;

/** No identities: whoever connects may do everything. */
export const plainNatsConfiguration = 'max_payload: 1MB\n';
