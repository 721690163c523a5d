import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalBytes } from '../canonical.js';
import { chainHash, genesisHash } from '../chain.js';
import { HeadBehindError } from '../errors.js';
import { paymentId, RecordBuilder } from '../test-support/record-builder.js';
import { openTestLog, tamper, type TestLog } from '../test-support/test-log.js';
import type { AppendRecord } from '../store.js';
import type { LogFaultKind } from './log-fault.js';
import { assertHeadsStand, highestMarks, writeCheckpoint } from './marks.js';
import { verifyLog, type VerifyProgress } from './verify-log.js';

describe('verification of a log on PostgreSQL', () => {
  let test: TestLog;
  let records: RecordBuilder;
  let epochs: Map<number, number>;
  beforeEach(async () => {
    test = await openTestLog();
    records = new RecordBuilder();
    epochs = await test.log.leases.claim('one', [1, 2, 3], 600_000);
    const first = [1, 2].flatMap((partition) =>
      Array.from({ length: 20 }, (_, index) =>
        records.next(partition, {
          key: { scope: 'agt_1', key: `key ${index}` },
          payment_id: paymentId(index >> 1),
          note: 'Grüße 値段',
          ...(index === 6 ? { address: `0x${'a'.repeat(40)}` } : {}),
        }),
      ),
    );
    await test.log.append(epochs, first);
    await writeCheckpoint(test.log, 1);
    await test.log.append(epochs, [...records.many(1, 10), ...records.many(2, 10)]);
  });
  afterEach(() => test.close());

  const shallow = () => verifyLog(test.log);
  const deep = () => verifyLog(test.log, { deep: true });

  it('D8: passes an untouched log, says how far, and tells its progress', async () => {
    const progress: VerifyProgress[] = [];
    const report = await verifyLog(test.log, { deep: true, onProgress: (step) => progress.push(step) });
    expect(report.faults).toEqual([]);
    expect(report.events).toBe(60);
    expect(report.partitions).toHaveLength(64);
    expect(report.partitions[1]).toEqual({
      partition: 1,
      ...records.head(1),
      index_rows: { keys: 20, payments: 20, addresses: 1 },
    });
    expect(progress.at(-1)).toEqual({ partition: 2, position: 30, head: 30, events: 60, events_total: 60 });
    expect((await shallow()).faults).toEqual([]);
  });

  it('D8: passes a log that grows meanwhile', async () => {
    const growing = { now: true };
    const growth = (async () => {
      while (growing.now) {
        await test.log.append(epochs, [...records.many(1, 50), records.next(2, { payment_id: paymentId(99) })]);
        await writeCheckpoint(test.log, 1);
        await test.log.watermarks.advance(1, records.head(1).position);
      }
    })();
    for (let round = 0; round < 10; round++) expect((await deep()).faults).toEqual([]);
    growing.now = false;
    await growth;
  });

  it.each<[string, string, number, LogFaultKind]>([
    [
      'an altered byte',
      `update bursar.event set payload = set_byte(payload, 9, get_byte(payload, 9) # 1)
      where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'a byte that is no UTF-8',
      `update bursar.event set payload = set_byte(payload, 9, 255)
      where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'an added byte',
      `update bursar.event set payload = payload || ' '::bytea where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'an altered hash',
      `update bursar.event set hash = sha256(hash) where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'a first event that was altered',
      `update bursar.event set payload = '{}' where partition = 1 and position = 1`,
      1,
      'hash_mismatch',
    ],
    ['a missing event', `delete from bursar.event where partition = 1 and position = 7`, 7, 'missing'],
    ['a missing beginning', `delete from bursar.event where partition = 1 and position < 4`, 1, 'missing'],
    [
      'events of which one was overwritten by another',
      `update bursar.event set (payload, hash) =
      (select payload, hash from bursar.event where partition = 1 and position = 8)
      where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'an event of another partition',
      `update bursar.event set (payload, hash) =
      (select payload, hash from bursar.event where partition = 2 and position = 7)
      where partition = 1 and position = 7`,
      7,
      'hash_mismatch',
    ],
    [
      'a cut off end, below a checkpoint',
      `delete from bursar.event where partition = 1 and position > 15`,
      16,
      'behind_mark',
    ],
    ['a partition that is gone', `delete from bursar.event where partition = 1`, 1, 'behind_mark'],
  ])('D8: finds %s', async (_, statement, position, kind) => {
    await tamper(test.admin, statement);
    for (const report of [await shallow(), await deep()]) {
      expect(report.faults).toEqual([{ partition: 1, position, kind, detail: expect.any(String) }]);
      expect(report.partitions).toHaveLength(63);
    }
  });

  it('D8: finds two events that changed places', async () => {
    await tamper(
      test.admin,
      `update bursar.event set (payload, hash) = (select payload, hash from bursar.event as other
         where other.partition = 1 and other.position = 17 - event.position)
       where partition = 1 and position in (7, 10)`,
    );
    expect((await shallow()).faults).toMatchObject([{ partition: 1, position: 7, kind: 'hash_mismatch' }]);
  });

  it('D8: finds an inserted event whose own hash is right, at the one after it', async () => {
    await tamper(
      test.admin,
      `update bursar.event set position = position + 1000 where partition = 1 and position >= 7`,
    );
    await tamper(
      test.admin,
      `update bursar.event set position = position - 999 where partition = 1 and position >= 1000`,
    );
    const [before] = await test.log.read(1, 5, 6);
    const payload = canonicalBytes({
      org: 'org_000000000000700080000000000000011',
      sequence: 7,
      time: 1_700_000_000_006,
      v: 1,
    });
    await tamper(test.admin, `insert into bursar.event (partition, position, payload, hash) values (1, 7, $1, $2)`, [
      payload,
      chainHash(before!.hash, payload),
    ]);
    expect((await shallow()).faults).toMatchObject([{ partition: 1, position: 8, kind: 'hash_mismatch' }]);
  });

  it('D8: finds a chain that was rewritten whole, by a checkpoint', async () => {
    const events = await test.log.read(1, 0, 1_000);
    let hash = genesisHash(1);
    for (const event of events) {
      const payload =
        event.position === 7
          ? Buffer.from(event.payload.toString().replace('1700000000007', '1700000000006'))
          : event.payload;
      hash = chainHash(hash, payload);
      await tamper(
        test.admin,
        'update bursar.event set payload = $2, hash = $3 where partition = 1 and position = $1',
        [event.position, payload, hash],
      );
    }
    expect((await shallow()).faults).toMatchObject([{ partition: 1, position: 20, kind: 'checkpoint_mismatch' }]);
    await expect(assertHeadsStand(test.log, [1, 2])).rejects.toBeInstanceOf(HeadBehindError);
  });

  it('D8: finds an end that was cut off below what the relay has published', async () => {
    await test.log.watermarks.advance(2, 30);
    await tamper(test.admin, 'delete from bursar.event where partition = 2 and position = 30');
    expect((await shallow()).faults).toMatchObject([{ partition: 2, position: 30, kind: 'behind_mark' }]);
  });

  it('A7: an owner does not start on a log that ends before a checkpoint or a watermark', async () => {
    await test.log.watermarks.advance(2, 25);
    await test.log.watermarks.advance(1, 5);
    expect(await highestMarks(test.log)).toEqual(
      new Map([
        [1, { position: 20, seen: 'checkpoint' }],
        [2, { position: 25, seen: 'watermark' }],
      ]),
    );
    const heads = await assertHeadsStand(test.log, [1, 2, 3]);
    expect(heads.get(1)).toEqual(records.head(1));
    expect(heads.get(3)?.position).toBe(0);
    await tamper(test.admin, 'delete from bursar.event where partition = 2 and position > 24');
    await expect(assertHeadsStand(test.log, [1, 2])).rejects.toThrow('ends at 24, but a watermark has seen 25');
    await tamper(test.admin, 'delete from bursar.event where partition = 1 and position > 19');
    await expect(assertHeadsStand(test.log, [1])).rejects.toThrow('ends at 19, but a checkpoint has seen 20');
    await assertHeadsStand(test.log, [3]);
  });

  const event = { version: 1, type: 'agent.frozen', org: 'org_x' };
  const chained = (...payloads: Buffer[]): AppendRecord[] => {
    let { position, hash } = { position: 0, hash: genesisHash(3) };
    return payloads.map((payload) => {
      hash = chainHash(hash, payload);
      return { partition: 3, position: ++position, payload, hash };
    });
  };
  it.each<[string, Buffer[], number, LogFaultKind, 'always' | 'deep']>([
    [
      'a book that does not begin with 1',
      [canonicalBytes({ ...event, sequence: 2, time: 1 })],
      1,
      'book_sequence',
      'always',
    ],
    [
      'a gap in a book',
      [canonicalBytes({ ...event, sequence: 1, time: 1 }), canonicalBytes({ ...event, sequence: 3, time: 1 })],
      2,
      'book_sequence',
      'always',
    ],
    [
      'time that runs backwards',
      [canonicalBytes({ ...event, sequence: 1, time: 2 }), canonicalBytes({ ...event, sequence: 2, time: 1 })],
      2,
      'time_backwards',
      'always',
    ],
    ['bytes that are no event', [canonicalBytes({ ...event, time: 2 })], 1, 'not_an_event', 'always'],
    ['bytes that are no JSON', [Buffer.from('{"time":')], 1, 'not_an_event', 'always'],
    [
      'names out of order',
      [Buffer.from('{"org":"o","sequence":1,"time":1,"by":"x"}'.replace('{"org"', '{"z":1,"org"'))],
      1,
      'not_canonical',
      'deep',
    ],
  ])('D8: finds %s in a chain that is whole', async (_, payloads, position, kind, when) => {
    await test.log.append(epochs, chained(...payloads));
    const fault = { partition: 3, position, kind };
    expect((await deep()).faults).toMatchObject([fault]);
    expect((await shallow()).faults).toMatchObject(when === 'always' ? [fault] : []);
  });

  it.each<[string, string, number, LogFaultKind]>([
    ['a missing key row', `delete from bursar.idempotency_key where partition = 1 and key = 'key 6'`, 7, 'key_index'],
    [
      'a key row that points elsewhere',
      `update bursar.idempotency_key set position = 8 where partition = 1 and key = 'key 6'`,
      7,
      'key_index',
    ],
    [
      'a key row that points nowhere',
      `update bursar.idempotency_key set position = 800 where partition = 1 and key = 'key 6'`,
      7,
      'key_index',
    ],
    [
      'a key row that no event made',
      `insert into bursar.idempotency_key values (9, 1, 'forged', 'agt_1')`,
      30,
      'key_index',
    ],
    [
      'a missing payment row',
      `delete from bursar.payment_event where partition = 1 and position = 7`,
      7,
      'payment_index',
    ],
    [
      'a payment row of another payment',
      `update bursar.payment_event set payment_id = gen_random_uuid()
      where partition = 1 and position = 7`,
      7,
      'payment_index',
    ],
    ['a missing row of an address', `delete from bursar.address_event where partition = 1`, 7, 'address_index'],
    [
      'a row of an address with another time',
      `update bursar.address_event set time = time + 1 where partition = 1`,
      7,
      'address_index',
    ],
    [
      'a row of an address that no event made',
      `insert into bursar.address_event values (1, 7, 1, '0x${'b'.repeat(40)}')`,
      30,
      'address_index',
    ],
    [
      'a payment row that no event made',
      `insert into bursar.payment_event values (gen_random_uuid(), 7, 1)`,
      30,
      'payment_index',
    ],
  ])('C1: deep verification finds %s', async (_, statement, position, kind) => {
    await tamper(test.admin, statement);
    expect((await deep()).faults).toEqual([{ partition: 1, position, kind, detail: expect.any(String) }]);
  });

  it('C1: one key on several events of a command is whole when its row points at one of them', async () => {
    const key = { scope: 'agt_1', key: 'freeze' };
    const [first, second] = [records.next(1, { key }), records.next(1, { key })];
    await test.log.append(epochs, [first, { ...second, key: undefined }]);
    expect((await deep()).faults).toEqual([]);
  });

  it('C1: a key of the owner’s own is the org’s, also on an event that decides a payment', async () => {
    const scope = 'org_000000000000700080000000000000011';
    await test.log.append(epochs, [records.next(1, { key: { scope, key: '§signed:a' } })]);
    expect((await deep()).faults).toEqual([]);
    await test.log.append(epochs, [records.next(1, { key: { scope: 'agt_1', key: '§signed:b' } })]);
    expect((await deep()).faults).toMatchObject([{ partition: 1, position: 32, kind: 'key_index' }]);
  });
});
