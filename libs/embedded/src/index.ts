export { BACKGROUND_NICENESS, giveBackgroundPriority } from './background-priority.js';
export { DirectoryInUseError, lockDirectory } from './directory-lock.js';
export { type NatsOptions, startNats } from './embedded-nats.js';
export { type EmbeddedServer, type PostgresOptions, startPostgres } from './embedded-postgres.js';
export { endWithThisProcess } from './end-with-this-process.js';
export { findFreePort, isPortFree } from './free-port.js';
export type { ServerExit } from './launch-server.js';
export { projectRoot } from './project-root.js';
export { makeTemporaryDirectory } from './temporary-directory.js';
