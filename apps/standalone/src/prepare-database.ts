import { migrateEventLog } from '#event-log';
import { migrateReadModels } from '#read-models';

/** Brings the databases to the schema of this version: the log first, since the read models' roles may read it. */
export async function prepareDatabase(urls: { databaseUrl: string; projectionDatabaseUrl: string }): Promise<void> {
  await migrateEventLog(urls.databaseUrl);
  await migrateReadModels(urls.projectionDatabaseUrl);
}
