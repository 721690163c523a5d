import pg from 'pg';
import type { Batch } from '../fold/batch.js';
import { tableOf } from '../schema/generation-tables.js';
import type { GenerationState } from '../schema/generations.js';
import { plainArray, textArray } from '../sql/array-text.js';
import type { SessionPlaces } from './session-places.js';
import { writeDirectory } from './write-directory.js';
import { writePayments } from './write-payments.js';
import { writeRequests } from './write-requests.js';
import { writeRollup } from './write-rollup.js';

export interface Target {
  generation: number;
  /** The state the generation must still be in; a projection that was overtaken by a rebuild writes nothing. */
  state: GenerationState;
}

/** `overtaken`: somebody else has moved the checkpoint or the generation; nothing was written. */
export type WriteOutcome = 'written' | 'overtaken';

/**
 * Writes a batch and its checkpoint in one transaction (D10). The checkpoint comes first, as a compare-and-set: a second
 * projection with the same batch waits for its row and then finds it moved. Throws what PostgreSQL throws, rolled back.
 */
export async function writeBatch(
  client: pg.ClientBase,
  target: Target,
  batch: Batch,
  places: SessionPlaces,
): Promise<WriteOutcome> {
  await client.query('begin');
  try {
    if (!(await moveCheckpoints(client, target, batch))) {
      await client.query('rollback');
      return 'overtaken';
    }
    await writeInto(client, target.generation, batch, places);
    await client.query('commit');
    return 'written';
  } catch (error) {
    places.forget();
    // On a broken connection this fails too, and the server has rolled back by itself.
    await client.query('rollback').catch(() => undefined);
    if (isOfReplacedTables(error)) return 'overtaken';
    throw error;
  }
}

/** A generation's tables are dropped once another is live: who was about to write to them looks which one that is. */
function isOfReplacedTables(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE;
}

const UNDEFINED_TABLE = '42P01';

async function writeInto(
  client: pg.ClientBase,
  generation: number,
  batch: Batch,
  places: SessionPlaces,
): Promise<void> {
  await places.learn(client, generation, batch.groups.values(), batch.directory);
  await writeDirectory(client, generation, batch.directory, places.placeOf);
  await writePayments(client, generation, batch.payments);
  await writeRequests(client, generation, batch.requests);
  await writeRollup(client, generation, batch.groups.values(), places.placeOf);
  await writeTallies(client, generation, batch);
  if (batch.quarantined.length > 0) await writeQuarantined(client, generation, batch);
}

async function moveCheckpoints(client: pg.ClientBase, target: Target, batch: Batch): Promise<boolean> {
  const positions = [...batch.positions.values()];
  const { rowCount } = await client.query({
    name: `bursar_move_checkpoints_${target.generation}`,
    text: `
      with target as (
        select id from bursar_read.generation where id = $1 and state = $2 for share
      )
      update ${tableOf('checkpoint', target.generation)} c
      set position = m.to_position, event_time = coalesce(m.event_time, c.event_time)
      from target, unnest($3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[])
        as m(partition, from_position, to_position, event_time)
      where c.partition = m.partition and c.position = m.from_position`,
    values: [
      target.generation,
      target.state,
      plainArray(positions.map(({ partition }) => partition)),
      plainArray(positions.map(({ from }) => from)),
      plainArray(positions.map(({ to }) => to)),
      plainArray(positions.map(({ event_time }) => event_time)),
    ],
  });
  return rowCount === positions.length;
}

async function writeTallies(client: pg.ClientBase, generation: number, { tallies }: Batch): Promise<void> {
  await client.query({
    name: `bursar_write_tallies_${generation}`,
    text: `
      insert into ${tableOf('tally', generation)} as t (type, events)
      select * from unnest($1::text[], $2::bigint[])
      on conflict (type) do update set events = t.events + excluded.events`,
    values: [textArray([...tallies.keys()]), plainArray([...tallies.values()])],
  });
}

async function writeQuarantined(client: pg.ClientBase, generation: number, { quarantined }: Batch): Promise<void> {
  await client.query(
    `insert into ${tableOf('quarantine', generation)} (partition, position, reason)
     select * from unnest($1::smallint[], $2::bigint[], $3::text[])`,
    [
      plainArray(quarantined.map(({ partition }) => partition)),
      plainArray(quarantined.map(({ position }) => position)),
      textArray(quarantined.map(({ reason }) => reason)),
    ],
  );
}
