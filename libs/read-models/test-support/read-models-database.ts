import { createTestDatabase, type TestDatabase } from '#testing';
import { LiveProjection } from '../src/project/live-projection.js';
import { migrateReadModels } from '../src/schema/migrate.js';
import { appendToLog, createLogTable, rawEntry } from './log-table.js';
import type { SyntheticEntry } from './synthetic-log.js';

/** An empty log and empty read models in one database. */
export function readModelsDatabase(): Promise<TestDatabase> {
  return createTestDatabase({ migrate: migrateLogAndReadModels, schema: 'read_models' });
}

async function migrateLogAndReadModels(url: string): Promise<void> {
  await createLogTable(url);
  await migrateReadModels(url);
}

export function append(url: string, entries: Iterable<SyntheticEntry>): Promise<number> {
  return appendToLog(
    url,
    (function* () {
      for (const entry of entries) yield rawEntry(entry);
    })(),
  );
}

/** Takes in all that the log holds. */
export async function project(url: string, batch_events?: number): Promise<void> {
  const projection = new LiveProjection({ url, batch_events });
  try {
    const advance = await projection.advance();
    if (advance.state !== 'active') throw new Error(`The projection is ${advance.state}`);
  } finally {
    await projection.close();
  }
}
