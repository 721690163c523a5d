import { readConfig } from '#config';
import { runMaintenance } from '#observability';
import { migrateReadModels, MODEL_VERSION } from '#read-models';

// Started by `bursar migrate`, after the event log's: schema and roles of the read models.
await runMaintenance(async () => {
  const { databaseUrl, projectionDatabaseUrl } = readConfig('maintenance');
  await migrateReadModels(projectionDatabaseUrl ?? databaseUrl);
  return { model_version: MODEL_VERSION };
});
