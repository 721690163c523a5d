import { readConfig } from '#config';
import { PostgresLogStore, verifyLog, type LogFault, type LogStore } from '#event-log';
import { runMaintenance } from '#observability';

// Started by `bursar verify [--deep]`: every event of every partition, from the first on.
await runMaintenance(async (report) => {
  const log = await PostgresLogStore.open({ url: readConfig('maintenance').databaseUrl, role: 'bursar_reader' });
  try {
    const verified = await verifyLog(log, {
      deep: process.argv.includes('--deep'),
      onProgress: ({ events, events_total }) => report({ phase: 'verifying', done: events, total: events_total }),
    });
    const { events, partitions, faults } = verified;
    return {
      events,
      partitions: partitions.filter(({ position }) => position > 0).length,
      faults: await Promise.all(faults.map((fault) => described(log, fault))),
    };
  } finally {
    await log.close();
  }
});

/** With the text of the event at the fault, where there is one. */
async function described(log: LogStore, fault: LogFault): Promise<object> {
  const [event] = await log.read(fault.partition, fault.position - 1, fault.position);
  return { ...fault, ...(event ? { event: event.payload.toString('utf8') } : {}) };
}
