import type { Migration } from 'kysely/migration';
import { eventLogTables } from './0001-event-log.js';
import { notes } from './0002-notes.js';
import { addresses } from './0003-addresses.js';
import { paidResources } from './0004-paid-resources.js';
import { paidServices } from './0005-paid-services.js';
import { serviceCallsApart } from './0006-service-calls-apart.js';
import { rowsBesideTheLog } from './0007-rows-beside-the-log.js';
import { smallSamples } from './0008-small-samples.js';

/** Every migration, by name, in order. A migration that was released is never changed: add one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-event-log': eventLogTables,
  '0002-notes': notes,
  '0003-addresses': addresses,
  '0004-paid-resources': paidResources,
  '0005-paid-services': paidServices,
  '0006-service-calls-apart': serviceCallsApart,
  '0007-rows-beside-the-log': rowsBesideTheLog,
  '0008-small-samples': smallSamples,
};
