import { setPriority } from 'node:os';
import { readConfig } from '#config';
import { PostgresLogStore } from '#event-log';
import { createLogger } from '#observability';
import { makeSnapshots } from './make-snapshots.js';

/**
 * A process of its own, started by the owner now and then: serialising a million sessions in the owner would stop it for
 * seconds (D17). Runs behind everything else, makes what is due, and ends; or ends when its starter does.
 */
process.once('disconnect', () => process.exit(0));
setPriority(19);
const config = readConfig('authorization');
const logger = createLogger({ service: 'snapshots', level: config.logLevel });
const log = await PostgresLogStore.open({ url: config.databaseUrl });
try {
  const made = await makeSnapshots(log, Number(process.argv[2]));
  if (made.length > 0) logger.info({ snapshots: made }, 'snapshots were made');
} finally {
  await log.close();
}
process.exit(0);
