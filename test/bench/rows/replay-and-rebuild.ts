import { partitionOf } from '#contracts';
import { migrateEventLog, PostgresLogStore } from '#event-log';
import { makeTemporaryDirectory, startPostgres } from '#embedded';
import { migrateReadModels, rebuildReadModels } from '#read-models';
import { FIRST_ORGANIZATION } from '#security';
import { loadPartition } from '../../../apps/authorization/src/leases/load-partition.js';
import { LogFiller } from '../fill-log.js';
import { newOrganization, openOffice, payInOffice } from '../histories.js';
import { median, type Row } from '../report.js';

const TARGETS = { replay: 150_000, rebuild: 50_000 };

/** How fast a book comes back from the log, and the views from all of it; the same history for both. */
export async function replayAndRebuild(runs: number, payments: number): Promise<Row[]> {
  const folder = makeTemporaryDirectory();
  const postgres = await startPostgres({ dataDirectory: `${folder.path}/postgres` });
  try {
    await migrateEventLog(postgres.url);
    await migrateReadModels(postgres.url);
    const log = await PostgresLogStore.open({ url: postgres.url });
    await fill(log, payments);
    const partition = partitionOf(FIRST_ORGANIZATION);
    const replay: number[] = [];
    for (let run = 0; run < runs; run++) {
      const begin = performance.now();
      const { head } = await loadPartition(log, partition, 0);
      replay.push(head.position / ((performance.now() - begin) / 1000));
    }
    await log.close();
    const rebuild: number[] = [];
    for (let run = 0; run < runs; run++)
      rebuild.push((await rebuildReadModels({ url: postgres.url })).events_per_second);
    const conditions = `${payments.toLocaleString('en')} payments of 50 agents in sessions, labelled`;
    return [
      row('replay of a book from the log', replay, TARGETS.replay, conditions),
      row('projection rebuild', rebuild, TARGETS.rebuild, `${conditions}; roll-ups and payments list`),
    ];
  } finally {
    await postgres.stop();
    folder.remove();
  }
}

async function fill(log: PostgresLogStore, payments: number): Promise<void> {
  const filler = await LogFiller.open(log, FIRST_ORGANIZATION);
  await filler.take(newOrganization(), Date.now() - 90_000_000);
  await payInOffice(filler, await openOffice(filler, 50), payments);
  await filler.close();
}

function row(name: string, runs: readonly number[], target: number, conditions: string): Row {
  return {
    name,
    runs,
    unit: 'events/s',
    target: `≥ ${target.toLocaleString('en')}/s`,
    reached: median(runs) >= target,
    limit: 'one core',
    conditions,
  };
}
