import type pg from 'pg';
import { MODEL_VERSION } from './model-version.js';

export type GenerationState = 'building' | 'live' | 'retired';

export interface Generation {
  id: number;
  model_version: number;
}

/** The generation that readers see; undefined before `migrateReadModels`. */
export async function liveGeneration(client: pg.ClientBase | pg.Pool): Promise<Generation | undefined> {
  const { rows } = await client.query<Generation>(
    `select id, model_version from bursar_read.generation where state = 'live'`,
  );
  return rows[0];
}

/** Registers the next generation; its tables are the caller's to make, in the same transaction. */
export async function insertGeneration(client: pg.ClientBase, state: GenerationState): Promise<Generation> {
  const { rows } = await client.query<Generation>(
    `insert into bursar_read.generation (model_version, state) values ($1, $2) returning id, model_version`,
    [MODEL_VERSION, state],
  );
  return rows[0]!;
}
