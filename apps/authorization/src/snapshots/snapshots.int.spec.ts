import { deserialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FOLD_VERSION, migrateEventLog, PostgresLogStore } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { partitionOf } from '#contracts';
import { loadPartition } from '../leases/load-partition.js';
import { loadFromSnapshot } from './load-from-snapshot.js';
import { makeSnapshots } from './make-snapshots.js';
import { snapshotChunks } from './snapshot-content.js';
import type { OwnedPartition } from '../owner/partition.js';

const PARTITION = partitionOf(ORG);

describe('snapshots', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
    await harness.ask(
      as('session.open', { asset: 'USD', budget: 5_000n, mode: 'reserved', labels: { goal: 'x' }, token_hash: 'h' }),
    );
    await harness.ask(pay({ capture: false, amount: 17n }));
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  it('D4: a snapshot and the events after it give the same state as a full replay', async () => {
    expect(await makeSnapshots(log, 1)).toEqual([{ partition: PARTITION, position: expect.any(Number) }]);
    await harness.ask(pay({ amount: 23n }));
    const replayed = await loadPartition(log, PARTITION, 1);
    const started = await loadFromSnapshot(log, PARTITION, 1);
    expect(started.head).toEqual(replayed.head);
    expect(content(started)).toEqual(content(replayed));
    expect(started.timers.size).toBe(1);
  });

  it('is not made again before the log has grown by as much', async () => {
    await makeSnapshots(log, 1);
    expect(await makeSnapshots(log, 1)).toEqual([]);
  });

  it('D4: a snapshot that the log does not bear out is passed over, and the partition replayed', async () => {
    const folded = await loadPartition(log, PARTITION, 1);
    const header = {
      partition: PARTITION,
      position: folded.head.position,
      chain_hash: Buffer.alloc(32, 7),
      fold_version: FOLD_VERSION,
    };
    await log.snapshots.write(header, []);
    const reasons: string[] = [];
    const started = await loadFromSnapshot(log, PARTITION, 1, { passed_over: (error) => reasons.push(String(error)) });
    expect(content(started)).toEqual(content(folded));
    expect(reasons).toEqual([expect.stringContaining('is not of this log')]);
  });

  it('D4: a snapshot whose content is damaged is passed over with the reason, and the partition replayed', async () => {
    const folded = await loadPartition(log, PARTITION, 1);
    const { position, hash } = folded.head;
    const header = { partition: PARTITION, position, chain_hash: hash, fold_version: FOLD_VERSION };
    await log.snapshots.write(header, [Buffer.from('no snapshot')]);
    const reasons: unknown[] = [];
    const started = await loadFromSnapshot(log, PARTITION, 1, { passed_over: (error) => reasons.push(error) });
    expect(content(started)).toEqual(content(folded));
    expect(reasons).toHaveLength(1);
  });

  it('D1: an owner refuses a log whose head is behind a checkpoint', async () => {
    const { head } = await loadPartition(log, PARTITION, 1);
    await log.checkpoints.write({ partition: PARTITION, position: head.position + 1, hash: Buffer.alloc(32) });
    await harness.leases.stop();
    harness = await startOwner(log);
    expect(harness.owner.partitions().has(PARTITION)).toBe(false);
    expect(harness.alarms.join()).toMatch(/cannot be served/);
  });
});

function content(partition: OwnedPartition): unknown[] {
  return [...snapshotChunks(partition)].map((chunk) => deserialize(chunk) as unknown);
}
