import { readConfig } from '#config';
import { migrateEventLog } from '#event-log';
import { runMaintenance } from '#observability';

// Started by `bursar migrate`: schema and roles of the event log.
await runMaintenance(async () => {
  const applied: string[] = [];
  await migrateEventLog(readConfig('maintenance').databaseUrl, (name) => applied.push(name));
  return { applied };
});
