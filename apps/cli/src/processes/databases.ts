import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '#config';
import { CommandFailed, EXIT } from '../exit-codes.js';

/** Where the log and the read models are; the second is absent where it is the first. */
export interface Databases {
  databaseUrl: string;
  projectionDatabaseUrl?: string;
}

/**
 * From the settings, else from what a running `bursar up` has written into its data folder.
 *
 * @throws CommandFailed where neither says
 */
export function findDatabases(config: Config<'cli'>): Databases {
  const databaseUrl = config.databaseUrl ?? embeddedDatabase(resolve(config.dataDirectory));
  const { projectionDatabaseUrl } = config;
  return projectionDatabaseUrl === undefined ? { databaseUrl } : { databaseUrl, projectionDatabaseUrl };
}

function embeddedDatabase(dataDirectory: string): string {
  try {
    const text = readFileSync(join(dataDirectory, 'running.json'), 'utf8');
    return (JSON.parse(text) as { database_url: string }).database_url;
  } catch {
    throw new CommandFailed(
      EXIT.usage,
      `Which database? Set DATABASE_URL, or start Bursar with its own: \`bursar up\` (none runs in ${dataDirectory}).`,
    );
  }
}
