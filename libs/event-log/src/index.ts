export * from './store.js';
export * from './checkpoints.js';
export * from './snapshots.js';
export * from './errors.js';
export { canonicalBytes, canonicalText } from './canonical.js';
export { chainHash, genesisHash } from './chain.js';
export { assertSchemaVersion, migrateEventLog } from './migrate.js';
export { MemoryLogStore } from './memory/memory-log-store.js';
export { PostgresLogStore, type PostgresLogOptions } from './postgres/postgres-log-store.js';
