import { readConfig } from '#config';
import { projectRoot } from '#embedded';
import { join } from 'node:path';
import { startStandalone } from '../src/standalone.js';
import { askedToStop } from '../src/stop-reasons.js';

// The real start with one small service, for tests that kill it.
const config = readConfig('standalone');
const standalone = await startStandalone(config, {
  natsConfiguration: () => 'max_payload: 1MB',
  prepareDatabase: async () => undefined,
  services: (given, dataDirectory) => [
    {
      name: 'service',
      file: join(projectRoot, 'apps', 'standalone', 'test-support', 'service.mjs'),
      environment: {
        SERVICE_NAME: 'service',
        JOURNAL: join(dataDirectory, 'journal'),
        DATABASE_URL: given.databaseUrl ?? '',
      },
      logFile: join(dataDirectory, 'logs', 'service.log'),
    },
  ],
  print: () => undefined,
});
void askedToStop().then(async () => {
  await standalone.stop();
  process.exit(0);
});
console.log('ready');
