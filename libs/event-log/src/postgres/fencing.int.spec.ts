import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { RecordBuilder } from '../test-support/record-builder.js';
import { APPEND, appendValues } from './append-statement.js';
import { PostgresLogStore } from './postgres-log-store.js';
import { startReplyDroppingProxy } from '../test-support/reply-dropping-proxy.js';
import { openTestLog, type TestLog } from '../test-support/test-log.js';

/** Resolves when some session waits for a lock; fails the test when none does. */
async function untilSomebodyWaits(admin: pg.Client): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { rows } = await admin.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await sleep(10);
  }
  throw new Error('nobody waits for a lock');
}

describe('fencing on PostgreSQL', () => {
  let test: TestLog;
  let records: RecordBuilder;
  beforeEach(async () => {
    test = await openTestLog();
    records = new RecordBuilder();
  });
  afterEach(() => test.close());

  it('E6: a take-over waits for the append in flight of the owner before, and sees all of it', async () => {
    const { log, admin, database } = test;
    const before = await log.leases.claim('one', [1, 2], 1);
    // The same statement, held open inside a transaction: an append that has not committed yet.
    const stray = new pg.Client({ connectionString: database.url });
    await stray.connect();
    await stray.query('begin');
    await stray.query(APPEND, appendValues(before, [records.next(1), records.next(1)]));
    await sleep(20);

    let taken = false;
    const claim = log.leases.claim('two', [1], 60_000).then((epochs) => {
      taken = true;
      return epochs;
    });
    await untilSomebodyWaits(admin);
    expect(taken).toBe(false);
    expect((await log.head(1)).position).toBe(0);

    await stray.query('commit');
    const after = await claim;
    expect(after).toEqual(new Map([[1, 2]]));
    expect(await log.head(1)).toEqual(records.head(1));
    await log.append(after, [records.next(1)]);
    await stray.end();
  });

  it('E6: an append that waited out a take-over finds itself fenced and inserts nothing, in no partition and no index', async () => {
    const { log, admin, database } = test;
    const before = await log.leases.claim('one', [1, 2], 1);
    await sleep(20);
    const taker = new pg.Client({ connectionString: database.url });
    await taker.connect();
    await taker.query('begin');
    await taker.query(`update bursar.lease set owner = 'two', epoch = epoch + 1 where partition = 2`);
    // The paused owner wakes up while the take-over of one of its partitions commits.
    const append = log.append(before, [
      records.next(1, { key: { scope: 'agt_1', key: 'k' }, payment_id: `pay_${'a'.repeat(32)}` }),
      records.next(2),
    ]);
    const outcome = append.catch((error: unknown) => error);
    await untilSomebodyWaits(admin);
    await taker.query('commit');
    expect(await outcome).toMatchObject({ name: 'FencedError', partitions: [2] });
    const { rows } = await admin.query(`select (select count(*) from bursar.event)
      + (select count(*) from bursar.idempotency_key) + (select count(*) from bursar.payment_event) as rows`);
    expect(rows).toEqual([{ rows: '0' }]);
    await taker.end();
  });

  it('A2: of many claims at the same moment exactly one gets each partition', async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => PostgresLogStore.open({ url: test.database.url })));
    const all = Array.from({ length: 64 }, (_, partition) => partition);
    for (let round = 1; round <= 5; round++) {
      const claims = await Promise.all(stores.map((store, index) => store.leases.claim(`owner ${index}`, all, 60_000)));
      const taken = claims.flatMap((claim) => [...claim.keys()]);
      expect(taken.sort((a, b) => a - b)).toEqual(all);
      for (const [index, claim] of claims.entries()) await stores[index]!.leases.release(`owner ${index}`, claim);
    }
    for (const store of stores) await store.close();
  });

  it('H3: renewals beside appends neither deadlock nor fence them', async () => {
    const { log } = test;
    const all = Array.from({ length: 64 }, (_, partition) => 63 - partition);
    const epochs = await log.leases.claim('one', all, 60_000);
    const appending = { now: true };
    const renewals = (async () => {
      let count = 0;
      while (appending.now) {
        expect((await log.leases.renew('one', epochs, 60_000)).size).toBe(64);
        count += 1;
      }
      return count;
    })();
    for (let batch = 0; batch < 100; batch++) {
      await log.append(
        epochs,
        all.map((partition) => records.next(partition)),
      );
    }
    appending.now = false;
    expect(await renewals).toBeGreaterThan(10);
    expect((await log.head(0)).position).toBe(100);
  });

  it('C3: where the reply after COMMIT is lost, raising and reading the head tell the truth', async () => {
    const { log, database } = test;
    const proxy = await startReplyDroppingProxy(database.url);
    const owner = await PostgresLogStore.open({ url: proxy.url });
    const epochs = await log.leases.claim('one', [1], 60_000);
    await owner.append(epochs, [records.next(1)]);
    const key = { scope: 'agt_1', key: 'paid once' };
    const sent = records.next(1, { key });
    proxy.dropNextReply();
    await expect(owner.append(epochs, [sent])).rejects.toMatchObject({ name: 'OutcomeUnknownError' });

    const raised = await log.leases.raise('one', epochs);
    expect(raised).toEqual(new Map([[1, 2]]));
    // It was committed: the caller is answered from the log by key, and nothing is appended twice.
    expect(await log.head(1)).toEqual({ position: 2, hash: sent.hash });
    const facts = await log.loadFacts({ keys: [{ partition: 1, ...key }], payments: [] });
    expect(facts.keys[0]?.payload).toEqual(sent.payload);
    await log.append(raised, [records.next(1)]);
    await owner.close();
    await proxy.close();
  });

  it('C3: an append whose connection falls silent is given up, and raising waits out what is still on its way', async () => {
    const { log, admin, database } = test;
    const proxy = await startReplyDroppingProxy(database.url);
    const owner = await PostgresLogStore.open({ url: proxy.url, append_timeout_ms: 100 });
    const epochs = await log.leases.claim('one', [1], 60_000);
    const first = records.next(1);
    await owner.append(epochs, [first]);
    proxy.freeze();
    await expect(owner.append(epochs, [records.next(1)])).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    const raised = await log.leases.raise('one', epochs);
    expect(raised).toEqual(new Map([[1, 2]]));
    // It never arrived, and can never arrive any more: its epoch is gone.
    expect(await log.head(1)).toEqual({ position: 1, hash: first.hash });
    const { rows } = await admin.query(APPEND, appendValues(epochs, [records.next(1)]));
    expect(rows).toMatchObject([{ passed: false, held: [] }]);
    await owner.close();
    await proxy.close();
  });

  it('C3: a backend that dies in the middle of an append leaves an unknown outcome, and the next append has a new connection', async () => {
    const { log, admin, database } = test;
    const epochs = await log.leases.claim('one', [1], 60_000);
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('select from bursar.lease where partition = 1 for update');
    const record = records.next(1);
    const outcome = log.append(epochs, [record]).catch((error: unknown) => error);
    await untilSomebodyWaits(admin);
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'bursar append'`);
    expect(await outcome).toMatchObject({ name: 'OutcomeUnknownError' });
    await blocker.query('rollback');
    await blocker.end();
    const raised = await log.leases.raise('one', epochs);
    expect((await log.head(1)).position).toBe(0);
    await log.append(raised, [record]);
    expect((await log.head(1)).position).toBe(1);
  });

  it('A7: trouble of the server is never blamed on the records', async () => {
    const { log, admin } = test;
    const epochs = await log.leases.claim('one', [1], 60_000);
    await admin.query('revoke insert on bursar.event from bursar_writer');
    const record = records.next(1);
    await expect(log.append(epochs, [record])).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    await admin.query('grant insert on bursar.event to bursar_writer');
    await log.append(epochs, [record]);
  });

  it('D3: one append may be in flight per store', async () => {
    const { log } = test;
    const epochs = await log.leases.claim('one', [1], 60_000);
    const first = log.append(epochs, [records.next(1)]);
    await expect(log.append(epochs, [records.next(1)])).rejects.toThrow('one append may be in flight');
    await first;
  });
});
