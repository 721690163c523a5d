export { migrateReadModels, ReadModelsNotMigrated, requireReadModels } from './schema/migrate.js';
export { MODEL_VERSION } from './schema/model-version.js';
export { LiveProjection, type Advance, type LiveProjectionOptions } from './project/live-projection.js';
export {
  RebuildInProgress,
  rebuildReadModels,
  type RebuildOptions,
  type RebuildProgress,
  type RebuildResult,
} from './rebuild/rebuild.js';
