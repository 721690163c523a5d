import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { genesisHash } from '../chain.js';
import { AppendRefusedError, FencedError, SnapshotDamagedError } from '../errors.js';
import { READ_PAGE_MAXIMUM, type AppendRecord, type LogStore } from '../store.js';
import { paymentId, RecordBuilder } from './record-builder.js';

const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

/** What every store of the log must do, whatever it is made of. */
export function describeLogStore(name: string, open: () => Promise<LogStore>): void {
  describe(`${name} as a log`, () => {
    let log: LogStore;
    let records: RecordBuilder;
    beforeEach(async () => {
      log = await open();
      records = new RecordBuilder();
    });
    afterEach(() => log.close());

    it('D8: starts every partition at position 0 with its own genesis hash', async () => {
      expect(await log.head(0)).toEqual({ position: 0, hash: genesisHash(0) });
      expect(await log.head(63)).toEqual({ position: 0, hash: genesisHash(63) });
      expect(genesisHash(0).equals(genesisHash(63))).toBe(false);
    });

    it('D3: gives back every byte of what was appended, in order and in bounded pages', async () => {
      const epochs = await log.leases.claim('one', [3, 4], 60_000);
      const written = [
        records.next(3, { note: 'Grüße, 値段 🙂 \u0001 \u2028' }),
        records.next(4),
        ...records.many(3, 30),
      ];
      await log.append(epochs, written);
      const read = await log.read(3, 0, 1_000);
      const expected = written.filter((record) => record.partition === 3);
      expect(read.map(({ partition, position, payload, hash }) => ({ partition, position, payload, hash }))).toEqual(
        expected.map(({ partition, position, payload, hash }) => ({ partition, position, payload, hash })),
      );
      for (const { text, payload } of read) expect(text ?? payload.toString()).toBe(payload.toString());
      expect((await log.read(3, 10, 12)).map((event) => event.position)).toEqual([11, 12]);
      expect(await log.read(3, 31, 40)).toEqual([]);
      expect(await log.head(3)).toEqual(records.head(3));
      expect(await log.head(4)).toEqual(records.head(4));
    });

    it('D3: appends batches above every page limit without losing one', async () => {
      const epochs = await log.leases.claim('one', [0], 60_000);
      const count = READ_PAGE_MAXIMUM + 7;
      await log.append(epochs, records.many(0, count));
      const first = await log.read(0, 0, count);
      expect(first).toHaveLength(READ_PAGE_MAXIMUM);
      expect(await log.read(0, READ_PAGE_MAXIMUM, count)).toHaveLength(7);
    });

    it('C1: finds the event that bound a key, in its scope and partition only', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      const keys = [
        { scope: 'agt_1', key: 'k' },
        { scope: 'agt_2', key: 'k' },
        { scope: 'agt_1', key: 'quote " back\\slash, {brace} ü 🙂' },
        { scope: 'agt_1', key: 'NULL' },
      ];
      const written = keys.map((key) => records.next(1, { key }));
      await log.append(epochs, written);
      const facts = await log.loadFacts({
        keys: [
          ...keys.map((key) => ({ partition: 1, ...key })),
          { partition: 2, scope: 'agt_1', key: 'k' },
          { partition: 1, scope: 'agt_3', key: 'k' },
          { partition: 1, scope: 'agt_1', key: 'K' },
          { partition: 1, scope: 'agt_1', key: 'with nul \0' },
          { partition: 1, scope: 'agt_1', key: 'lone \ud800' },
        ],
        payments: [],
      });
      expect(facts.keys.slice(0, 4)).toEqual(
        written.map(({ partition, position, payload, hash }) => ({ partition, position, payload, hash })),
      );
      expect(facts.keys.slice(4)).toEqual([undefined, undefined, undefined, undefined, undefined]);
      expect(facts.payments).toEqual([]);
    });

    it('D4: finds all events of a payment, in order, and none for ids that are unknown or no ids', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      await log.append(epochs, [
        records.next(1, { payment_id: paymentId(1) }),
        records.next(1, { payment_id: paymentId(2), key: { scope: 'agt_1', key: 'k' } }),
        records.next(1, { payment_id: paymentId(1) }),
        records.next(2, { payment_id: paymentId(1) }),
      ]);
      const facts = await log.loadFacts({
        keys: [{ partition: 1, scope: 'agt_1', key: 'k' }],
        payments: [paymentId(2), paymentId(1), paymentId(3), 'pay_nonsense', paymentId(1)],
      });
      const places = facts.payments.map((events) => events.map((event) => `${event.partition}:${event.position}`));
      expect(places).toEqual([['1:2'], ['1:1', '1:3', '2:1'], [], [], ['1:1', '1:3', '2:1']]);
      expect(facts.keys[0]?.position).toBe(2);
      expect(
        await log.countIndexRows(
          new Map([
            [1, 2],
            [2, 0],
            [3, 5],
          ]),
        ),
      ).toEqual(
        new Map([
          [1, { keys: 1, payments: 2, addresses: 0 }],
          [2, { keys: 0, payments: 0, addresses: 0 }],
          [3, { keys: 0, payments: 0, addresses: 0 }],
        ]),
      );
      const found = await log.lookUpIndex({
        keys: [
          { partition: 1, scope: 'agt_2', key: 'k' },
          { partition: 1, scope: 'agt_1', key: 'k' },
        ],
        payments: [
          { partition: 2, position: 1, payment_id: paymentId(1) },
          { partition: 2, position: 2, payment_id: paymentId(1) },
          { partition: 1, position: 1, payment_id: paymentId(2) },
        ],
        addresses: [],
      });
      expect(found).toEqual({ keys: [undefined, 2], payments: [true, false, false], addresses: [] });
    });

    it('F7: finds the events of an address in whatever book they are, the newest first and no more than so many', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      const [one, other, third] = [addressOf(1), addressOf(2), addressOf(3)];
      const time = 1_800_000_000_000;
      await log.append(epochs, [
        records.next(1, { address: one, time }),
        records.next(2, { address: one, time: time + 20 }),
        records.next(1, { address: one, time: time + 10 }),
        records.next(1, { address: other, time: time + 10 }),
        records.next(1, { address: one, time: time + 20 }),
        records.next(1, { address: one, time: time + 20 }),
        records.next(1),
      ]);
      const places = async (addresses: string[]) =>
        (await log.addressEvents(addresses)).map((events) =>
          events.map(({ partition, position }) => `${partition}:${position}`),
        );
      expect(await places([other, third, one, 'no address', '0x' + 'A'.repeat(40), other])).toEqual([
        ['1:3'],
        [],
        ['2:1', '1:5', '1:4', '1:2', '1:1'],
        [],
        [],
        ['1:3'],
      ]);
      expect(await log.addressEvents([])).toEqual([]);
      const [first] = (await log.addressEvents([other]))[0]!;
      expect(JSON.parse(first!.payload.toString())).toMatchObject({ address: other, time: time + 10 });
      expect((await log.countIndexRows(new Map([[1, 4]]))).get(1)).toEqual({ keys: 0, payments: 0, addresses: 4 });
      const rows = [
        { partition: 1, position: 3, address: other, time: time + 10 },
        { partition: 1, position: 3, address: other, time },
        { partition: 1, position: 3, address: one, time: time + 10 },
        { partition: 2, position: 3, address: other, time: time + 10 },
      ];
      expect((await log.lookUpIndex({ keys: [], payments: [], addresses: rows })).addresses).toEqual([
        true,
        false,
        false,
        false,
      ]);
      await log.append(
        epochs,
        Array.from({ length: 70 }, (_, index) => records.next(2, { address: third, time: time + 100 + index })),
      );
      const [many] = await log.addressEvents([third]);
      expect(many).toHaveLength(64);
      expect(many![0]!.position).toBe(71);
    });

    it('D8: a text that is no address of lower-case digits is refused, and the whole batch with it', async () => {
      const epochs = await log.leases.claim('one', [1], 60_000);
      const refused = log.append(epochs, [records.next(1), records.next(1, { address: `0x${'A'.repeat(40)}` })]);
      await expect(refused).rejects.toBeInstanceOf(AppendRefusedError);
      expect((await log.head(1)).position).toBe(0);
    });

    it('C1: a key is bound once: the second event with it is refused, and the whole batch with it', async () => {
      const epochs = await log.leases.claim('one', [1], 60_000);
      const key = { scope: 'agt_1', key: 'k' };
      await log.append(epochs, [records.next(1, { key })]);
      const before = records.head(1);
      const refused = log.append(epochs, [records.next(1), records.next(1, { key })]);
      await expect(refused).rejects.toBeInstanceOf(AppendRefusedError);
      expect(await log.head(1)).toEqual(before);
    });

    it('D8: refuses a position that is taken, a gap inside a batch and a gap before it', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      const [first, second, third] = records.many(1, 3) as [AppendRecord, AppendRecord, AppendRecord];
      await expect(log.append(epochs, [second])).rejects.toMatchObject({ reason: 'gap' });
      await expect(log.append(epochs, [first, third])).rejects.toMatchObject({ reason: 'gap' });
      await log.append(epochs, [first]);
      await expect(log.append(epochs, [records.next(2), first])).rejects.toBeInstanceOf(AppendRefusedError);
      await expect(log.append(epochs, [third])).rejects.toMatchObject({ reason: 'gap' });
      expect(await log.head(1)).toEqual({ position: 1, hash: first.hash });
      expect((await log.head(2)).position).toBe(0);
      await log.append(epochs, [second, third]);
      expect((await log.head(1)).position).toBe(3);
    });

    it('D8: refuses records that can stand in no log: a short hash, a payment id without its digits, an overlong key', async () => {
      const epochs = await log.leases.claim('one', [1], 60_000);
      const record = records.next(1);
      const bad: AppendRecord[] = [
        { ...record, hash: Buffer.alloc(31) },
        { ...record, payment_id: 'pay_1' },
        { ...record, key: { scope: 'agt_1', key: 'x'.repeat(256) } },
        { ...record, key: { scope: 'agt_1', key: 'nul \0' } },
        { ...record, key: { scope: 'agt_1', key: '' } },
      ];
      for (const one of bad) await expect(log.append(epochs, [one])).rejects.toBeInstanceOf(AppendRefusedError);
      await log.append(epochs, [record]);
    });

    it('A7: an append without a lease, or at another epoch, is fenced and writes nothing in any partition', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      const batch = [records.next(1), records.next(2), records.next(3)];
      await expect(log.append(epochs, batch)).rejects.toMatchObject({ name: 'FencedError', partitions: [3] });
      const stale = new Map(epochs).set(2, epochs.get(2)! - 1).set(3, 1);
      const fenced = await log.append(stale, batch).catch((error: unknown) => error);
      expect(fenced).toBeInstanceOf(FencedError);
      expect((fenced as FencedError).partitions).toEqual([2, 3]);
      for (const partition of [1, 2, 3]) expect((await log.head(partition)).position).toBe(0);
    });

    it('E6: an old writer cannot append after a take-over, and the new one continues where the log ends', async () => {
      const before = await log.leases.claim('one', [1, 2], 1);
      await log.append(before, [records.next(1)]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const after = await log.leases.claim('two', [1], 60_000);
      expect(after.get(1)).toBe(before.get(1)! + 1);
      const next = records.next(1);
      await expect(log.append(before, [next, records.next(2)])).rejects.toMatchObject({ partitions: [1] });
      await log.append(after, [next]);
      expect((await log.head(1)).position).toBe(2);
      expect((await log.head(2)).position).toBe(0);
    });

    it('E6: a claim never takes a live lease, not even that of the same owner', async () => {
      const epochs = await log.leases.claim('one', [5], 60_000);
      expect(epochs).toEqual(new Map([[5, 1]]));
      expect(await log.leases.claim('two', [5, 6], 60_000)).toEqual(new Map([[6, 1]]));
      expect((await log.leases.claim('one', [5], 60_000)).size).toBe(0);
      const list = await log.leases.list();
      expect(list).toHaveLength(64);
      expect(list[5]).toMatchObject({ partition: 5, owner: 'one', epoch: 1 });
      expect(list[7]).toEqual({ partition: 7, owner: '', epoch: 0, expires_at: 0 });
      expect(Math.abs(list[5]!.expires_at - (await log.now()) - 60_000)).toBeLessThan(5_000);
    });

    it('E6: renewing extends only what is still mine, and confirming says what stands and is unexpired', async () => {
      const epochs = await log.leases.claim('one', [5, 6, 7], 150);
      expect(await log.leases.confirm(epochs)).toEqual(new Set([5, 6, 7]));
      expect(await log.leases.renew('one', new Map([[5, 1]]), 60_000)).toEqual(new Set([5]));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await log.leases.confirm(epochs)).toEqual(new Set([5]));
      await log.leases.claim('two', [6], 60_000);
      // An expired lease that nobody took is still mine to renew; a taken one is lost, and a stranger renews nothing.
      expect(await log.leases.renew('one', epochs, 60_000)).toEqual(new Set([5, 7]));
      expect(await log.leases.renew('two', epochs, 60_000)).toEqual(new Set());
      expect(await log.leases.confirm(epochs)).toEqual(new Set([5, 7]));
    });

    it('C3: raising my own epochs shuts out what I sent before, and names what is lost', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      const raised = await log.leases.raise('one', new Map(epochs).set(3, 1));
      expect(raised).toEqual(
        new Map([
          [1, 2],
          [2, 2],
        ]),
      );
      await expect(log.append(epochs, [records.next(1)])).rejects.toBeInstanceOf(FencedError);
      expect(await log.leases.raise('one', epochs)).toEqual(new Map());
      expect(await log.leases.confirm(raised)).toEqual(new Set([1, 2]));
    });

    it('E6: a released lease is free at once, and nothing is appended under it any more', async () => {
      const epochs = await log.leases.claim('one', [1, 2], 60_000);
      await log.leases.release('one', new Map([[1, 1]]));
      await expect(log.append(epochs, [records.next(1)])).rejects.toMatchObject({ partitions: [1] });
      expect(await log.leases.confirm(epochs)).toEqual(new Set([2]));
      const taken = await log.leases.claim('two', [1, 2], 60_000);
      expect([...taken.keys()]).toEqual([1]);
      expect(taken.get(1)).toBeGreaterThan(epochs.get(1)!);
    });

    it('D8: remembers checkpoints and answers with the highest of each partition', async () => {
      const hash = Buffer.alloc(32, 7);
      await log.checkpoints.write({ partition: 1, position: 10, hash });
      await log.checkpoints.write({ partition: 1, position: 10, hash: Buffer.alloc(32, 9) });
      await log.checkpoints.write({ partition: 1, position: 20, hash });
      await log.checkpoints.write({ partition: 2, position: 5, hash });
      const highest = await log.checkpoints.highest();
      expect(highest.get(1)).toEqual({ partition: 1, position: 20, hash });
      expect(highest.get(2)).toEqual({ partition: 2, position: 5, hash });
      expect(highest.size).toBe(2);
      expect(await log.checkpoints.list(1, 0)).toEqual([
        { partition: 1, position: 10, hash },
        { partition: 1, position: 20, hash },
      ]);
      expect((await log.checkpoints.list(1, 10)).map((checkpoint) => checkpoint.position)).toEqual([20]);
    });

    it('C8: a relay watermark never goes back', async () => {
      await log.watermarks.advance(1, 10);
      await log.watermarks.advance(1, 7);
      await log.watermarks.advance(2, 1);
      expect(await log.watermarks.read()).toEqual(
        new Map([
          [1, 10],
          [2, 1],
        ]),
      );
    });

    it('D4: a snapshot comes back as it was written, the newest of its fold version, and not before it is whole', async () => {
      const header = (position: number, fold_version = 1) => ({
        partition: 1,
        position,
        fold_version,
        chain_hash: Buffer.alloc(32, position),
      });
      const content = [Buffer.from('one'), Buffer.alloc(100_000, 2), Buffer.from([0, 255, 128])];
      const first = await log.snapshots.write(header(10), content);
      await log.snapshots.write(header(20), [Buffer.from('twenty')]);
      await log.snapshots.write(header(30, 2), []);
      const broken = log.snapshots.write(header(25), failing());
      await expect(broken).rejects.toThrow('folding failed');

      expect(await log.snapshots.latest(1, 1, 19)).toEqual(first);
      expect((await log.snapshots.latest(1, 1))?.position).toBe(20);
      expect((await log.snapshots.latest(1, 2))?.position).toBe(30);
      expect(await log.snapshots.latest(1, 3)).toBeUndefined();
      expect(await log.snapshots.latest(2, 1)).toBeUndefined();
      expect(await collected(log.snapshots.chunks(first))).toEqual(content);

      await log.snapshots.write(header(40), [Buffer.from('forty')]);
      expect(await log.snapshots.latest(1, 1, 19)).toBeUndefined();
      await expect(collected(log.snapshots.chunks(first))).rejects.toBeInstanceOf(SnapshotDamagedError);
    });
  });
}

function* failing(): Iterable<Buffer> {
  yield Buffer.from('half');
  throw new Error('folding failed');
}

async function collected(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const result: Buffer[] = [];
  for await (const chunk of chunks) result.push(chunk);
  return result;
}
