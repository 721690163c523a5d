export * from './store.js';
export * from './checkpoints.js';
export * from './snapshots.js';
export { FOLD_VERSION, isChunkOf, snapshotContent, SnapshotReader } from './snapshot-content.js';
export * from './errors.js';
export { canonicalBytes, canonicalText } from './canonical.js';
export { chainHash, genesisHash } from './chain.js';
export { assertSchemaVersion, migrateEventLog } from './migrate.js';
export { MemoryLogStore } from './memory/memory-log-store.js';
export { PostgresLogStore, type PostgresLogOptions } from './postgres/postgres-log-store.js';
export type { LogFault, LogFaultKind } from './verify/log-fault.js';
export { assertHeadsStand, highestMarks, writeCheckpoint, type Mark } from './verify/marks.js';
export type { VerifiedPartition } from './verify/verify-partition.js';
export { verifyLog, type VerifyOptions, type VerifyProgress, type VerifyReport } from './verify/verify-log.js';
export { memoNote, noteHash, sealText, type Note, type NoteKind, type SealedText } from './notes/note.js';
export { NoteKeeper, type NoteKeeperParts } from './notes/note-keeper.js';
export { NoteSweeper } from './notes/note-sweeper.js';
export type { PaidResource, PaymentTerms, ResourceQuery, SettledResource } from './discovery/paid-resource.js';
export {
  PostgresDiscoveryStore,
  type DiscoveryStoreOptions,
  type SearchPlace,
} from './discovery/postgres-discovery-store.js';
export type { KeptServiceCall, ServiceAnswer, ServiceCall, ServiceCallState } from './services/service-call.js';
export { PostgresServiceCallStore, type ServiceCallStoreOptions } from './services/postgres-service-call-store.js';
export { PostgresServiceStore, type KeptService, type ServiceStoreOptions } from './services/postgres-service-store.js';
export { PostgresNoteStore, type NoteStoreOptions } from './notes/postgres-note-store.js';
