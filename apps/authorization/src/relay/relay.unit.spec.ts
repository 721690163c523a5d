import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from '#domain';
import { chainHash, MemoryLogStore } from '#event-log';
import type { PublishedEvent, Scheduler } from '../ports.js';
import { Relay, type EventPublisher } from './relay.js';

const PARTITION = 3;

/** Timers that go off when the test says so; `soon` is a promise's turn. */
function handScheduler(): Scheduler & { pass(): Promise<void> } {
  let tasks: (() => void)[] = [];
  return {
    after: (_delay_ms, task) => {
      tasks.push(task);
      return () => (tasks = tasks.filter((one) => one !== task));
    },
    soon: (task) => void Promise.resolve().then(task),
    async pass() {
      for (const task of tasks.splice(0)) task();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

async function logOf(count: number): Promise<{ log: MemoryLogStore; events: PublishedEvent[] }> {
  const log = new MemoryLogStore();
  const epochs = await log.leases.claim('owner', [PARTITION], 60_000);
  const events: PublishedEvent[] = [];
  let { hash } = await log.head(PARTITION);
  for (let position = 1; position <= count; position++) {
    const event = { type: 'agent.unfrozen', sequence: position } as BookEvent;
    const payload = Buffer.from(JSON.stringify(event));
    hash = chainHash(hash, payload);
    await log.append(epochs, [{ partition: PARTITION, position, payload, hash }]);
    events.push({ partition: PARTITION, position, event, payload });
  }
  return { log, events };
}

function relayOf(log: MemoryLogStore, publish: EventPublisher['publish']) {
  const scheduler = handScheduler();
  const relay = new Relay({ log, publisher: { publish }, scheduler, alarm: () => undefined });
  return { relay, scheduler };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the relay', () => {
  it('D3: begins at the watermark and publishes up to the head and on, in order', async () => {
    const { log, events } = await logOf(6);
    const published: number[] = [];
    const { relay, scheduler } = relayOf(
      log,
      async (batch) => void published.push(...batch.map(({ position }) => position)),
    );
    relay.begin(PARTITION, 2, 4);
    await scheduler.pass();
    expect(published).toEqual([3, 4]);
    relay.committed(events.slice(4));
    await scheduler.pass();
    expect(published).toEqual([3, 4, 5, 6]);
    expect(relay.lag).toBe(0);
  });

  it('publishes together what comes within a while, and all of it before it stops', async () => {
    const { log, events } = await logOf(5);
    const published: number[][] = [];
    const publish = async (batch: readonly PublishedEvent[]) =>
      void published.push(batch.map(({ position }) => position));
    const { relay, scheduler } = relayOf(log, publish);
    relay.begin(PARTITION, 0, 0);
    for (const event of events.slice(0, 3)) {
      relay.committed([event]);
      await turn();
    }
    expect(published).toEqual([]);
    await scheduler.pass();
    expect([published, relay.lag]).toEqual([[[1, 2, 3]], 0]);
    relay.committed(events.slice(3));
    await relay.stop();
    expect([published.flat(), relay.lag]).toEqual([[1, 2, 3, 4, 5], 0]);
  });

  it('D3: does not wait where a whole batch is behind', async () => {
    const { log } = await logOf(2_500);
    const published: number[][] = [];
    const publish = async (batch: readonly PublishedEvent[]) =>
      void published.push(batch.map(({ position }) => position));
    const { relay } = relayOf(log, publish);
    relay.begin(PARTITION, 0, 2_500);
    await turn();
    await turn();
    expect(published.map(({ length }) => length)).toEqual([1_000, 1_000]);
  });

  it('D3: publishes again what was not acknowledged, before what follows', async () => {
    const { log, events } = await logOf(4);
    const published: number[][] = [];
    let fails = true;
    const { relay, scheduler } = relayOf(log, async (batch) => {
      published.push(batch.map(({ position }) => position));
      if (fails) throw new Error('not acknowledged');
    });
    relay.begin(PARTITION, 0, 2);
    await scheduler.pass();
    expect(published).toEqual([[1, 2]]);
    fails = false;
    relay.committed(events.slice(2));
    await scheduler.pass(); // before it is tried again
    await scheduler.pass();
    expect(published).toEqual([
      [1, 2],
      [1, 2, 3, 4],
    ]);
  });

  it('D3: is not led back by a cycle that ends after its partition was lost and won again', async () => {
    const { log, events } = await logOf(6);
    const published: number[] = [];
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const { relay, scheduler } = relayOf(log, async (batch) => {
      await gate;
      published.push(...batch.map(({ position }) => position));
    });
    // Meanwhile another owner wrote up to 6; the cycle from before ends now, and tells of 3 and 4.
    relay.begin(PARTITION, 0, 6);
    relay.committed(events.slice(2, 4));
    go();
    await scheduler.pass();
    await scheduler.pass();
    expect(relay.lag).toBe(0);
    expect([...new Set(published)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('D3: reads from the log what came before it could be told, and notes how far it is', async () => {
    const { log, events } = await logOf(5);
    const published: number[] = [];
    const { relay, scheduler } = relayOf(
      log,
      async (batch) => void published.push(...batch.map(({ position }) => position)),
    );
    relay.begin(PARTITION, 0, 1);
    await scheduler.pass();
    relay.committed(events.slice(4)); // 2 to 4 were never told of
    for (let turns = 0; turns < 3; turns++) await scheduler.pass();
    expect(published).toEqual([1, 2, 3, 4, 5]);
    expect(await log.watermarks.read()).toEqual(new Map([[PARTITION, 5]]));
  });
});
