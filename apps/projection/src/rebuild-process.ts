import { readConfig } from '#config';
import { runMaintenance } from '#observability';
import { rebuildReadModels } from '#read-models';

// Started by `bursar rebuild [--compare]`: builds the read models anew beside the live ones, then swaps them.
await runMaintenance(async (report) => {
  const { databaseUrl, projectionDatabaseUrl } = readConfig('maintenance');
  return rebuildReadModels({
    url: projectionDatabaseUrl ?? databaseUrl,
    log_url: databaseUrl,
    compare: process.argv.includes('--compare'),
    onProgress: ({ phase, events, events_expected }) => report({ phase, done: events, total: events_expected }),
  });
});
