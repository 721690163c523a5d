import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { partitionOf, type OwnerAnswer } from '#contracts';
import { migrateEventLog, PostgresLogStore, verifyLog, writeCheckpoint } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { startCuttingProxy, type CuttingProxy } from '../../test-support/cutting-proxy.js';
import { FragileLog, Gate, once } from '../../test-support/fragile-log.js';
import { as, ORG, openBook, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

const PARTITION = partitionOf(ORG);
const NOT_OWNER: OwnerAnswer = { kind: 'unavailable', code: 'not_owner' };
/** Short, so that the tests need not wait long; the failover time is measured with the real one. */
const LEASE_MS = 1_000;

describe('owners on one PostgreSQL', () => {
  let database: TestDatabase;
  const stores: PostgresLogStore[] = [];
  const running: Harness[] = [];
  const proxies: CuttingProxy[] = [];

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
  }, 60_000);

  afterEach(async () => {
    for (const harness of running.splice(0)) await harness.leases.stop();
    for (const store of stores.splice(0)) await store.close();
    for (const proxy of proxies.splice(0)) await proxy.close();
    await database.drop();
  });

  const openLog = async (options: { url?: string; statement_timeout_ms?: number } = {}): Promise<FragileLog> => {
    const store = await PostgresLogStore.open({ url: database.url, append_timeout_ms: 2_000, ...options });
    stores.push(store);
    return new FragileLog(store);
  };

  const start = async (log: FragileLog, lease_ms = LEASE_MS): Promise<Harness> => {
    const harness = await startOwner(log, { lease_ms });
    running.push(harness);
    return harness;
  };

  /** Waits until this owner has the org's book. */
  const untilOwned = async (harness: Harness): Promise<void> => {
    for (const until = Date.now() + 10_000; !harness.owner.partitions().has(PARTITION); await sleep(5))
      if (Date.now() > until) throw new Error('nobody has taken over');
  };

  const transfers = async (log: FragileLog): Promise<{ key?: string; amount: string }[]> => {
    const { position } = await log.head(PARTITION);
    const events = (await log.read(PARTITION, 0, position)).map(({ payload }) => JSON.parse(payload.toString()));
    return events.filter(({ type }) => type === 'payment.transferred');
  };

  /** The process sleeps: what it sends from here on leaves it only when the gate is opened. */
  const sleepAt = (log: FragileLog, gate: Gate, where: 'aroundFacts' | 'aroundAppend'): void => {
    const asleep = async (): Promise<never> => {
      await gate.pass();
      throw new Error('woken too late');
    };
    log.aroundRenew = asleep;
    log.aroundClaim = asleep;
    const paused = once(async (go: () => Promise<never>) => {
      await gate.pass();
      return go();
    });
    if (where === 'aroundFacts') log.aroundFacts = paused as never;
    else log.aroundAppend = paused as never;
  };

  it('F1: a paused former owner appends nothing when it wakes, and answers no command, replay, refusal or question', async () => {
    const logA = await openLog();
    const ownerA = await start(logA);
    await openBook(ownerA);
    await ownerA.ask(pay({ key: 'before', amount: 1n }));
    const gate = new Gate();
    sleepAt(logA, gate, 'aroundFacts');
    const answers = Promise.all([
      ownerA.ask(pay({ key: 'mine', amount: 2n })),
      ownerA.ask(pay({ key: 'before', amount: 1n })),
      ownerA.ask(pay({ payee: { agent: 'nobody' } })),
      ownerA.ask(as('query.agent', { agent: 'payer' })),
      ownerA.ask(as('query.wallets', {})),
    ]);
    await gate.arrived;

    const ownerB = await start(await openLog());
    await untilOwned(ownerB);
    expect(await ownerB.ask(pay({ key: 'after', amount: 4n }))).toMatchObject({ kind: 'recorded' });
    gate.open();
    expect(await answers).toEqual([NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER]);
    expect((await transfers(logA)).map(({ amount }) => amount)).toEqual(['1', '4']);
    expect(await ownerA.ask(as('query.wallets', {}))).toEqual(NOT_OWNER);
  }, 30_000);

  it('F1: a paused former owner that has nothing to append finds out from its lease before it answers', async () => {
    const logA = await openLog();
    const ownerA = await start(logA);
    await openBook(ownerA);
    await ownerA.ask(pay({ key: 'before', amount: 1n }));
    const gate = new Gate();
    sleepAt(logA, gate, 'aroundFacts');
    const answers = Promise.all([
      ownerA.ask(pay({ key: 'before', amount: 1n })),
      ownerA.ask(pay({ key: 'before', amount: 9n, fingerprint: 'v1:other' })),
      ownerA.ask(pay({ payee: { agent: 'nobody' } })),
      ownerA.ask(as('query.agent', { agent: 'payer' })),
      ownerA.ask(as('query.payment_by_key', { key: 'before', agent: 'payer' })),
    ]);
    await gate.arrived;
    const ownerB = await start(await openLog());
    await untilOwned(ownerB);
    gate.open();
    expect(await answers).toEqual([NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER]);
  }, 30_000);

  it('E6: an owner that sleeps before its append is sent is fenced, and its caller finds one effect with the next', async () => {
    const logA = await openLog();
    const ownerA = await start(logA);
    await openBook(ownerA);
    const gate = new Gate();
    sleepAt(logA, gate, 'aroundAppend');
    const late = ownerA.ask(pay({ key: 'one', amount: 3n }));
    await gate.arrived;
    const ownerB = await start(await openLog());
    await untilOwned(ownerB);
    const first = await ownerB.ask(pay({ key: 'one', amount: 3n }));
    gate.open();
    expect(await late).toEqual(NOT_OWNER);
    expect(await ownerB.ask(pay({ key: 'one', amount: 3n }))).toEqual({ ...first, replayed: true });
    expect(await transfers(logA)).toHaveLength(1);
  }, 30_000);

  it('C1: a reply that is cut off after the commit: nothing twice, nothing lost, and the waiter gets the real answer', async () => {
    const proxy = await startCuttingProxy(database.url);
    proxies.push(proxy);
    const log = await openLog({ url: proxy.url });
    const owner = await start(log);
    await openBook(owner);
    for (let index = 0; index < 10; index++) {
      proxy.cutNextAnswerTo('bursar append');
      const answer = await owner.ask(pay({ key: `k${index}`, amount: 1n }));
      expect(answer).toMatchObject({ kind: 'recorded', event: { key: `k${index}` } });
      expect(await owner.ask(pay({ key: `k${index}`, amount: 1n }))).toEqual({ ...answer, replayed: true });
    }
    expect(proxy.cuts).toBe(10);
    expect((await transfers(log)).map(({ key }) => key)).toEqual(Array.from({ length: 10 }, (_, index) => `k${index}`));
  }, 30_000);

  it('C1, D3: connections cut at any moment under load: each key one effect, each caller its answer after retries', async () => {
    const proxy = await startCuttingProxy(database.url);
    proxies.push(proxy);
    const log = await openLog({ url: proxy.url });
    const owner = await start(log);
    await openBook(owner);
    const direct = await openLog();
    const load = { on: true };
    const cutting = (async () => {
      for (let round = 0; load.on; round++) {
        await sleep(15 + ((round * 7) % 20));
        if (round % 8 === 7) {
          proxy.shut();
          await sleep(40);
          proxy.open();
        } else proxy.cutNextAnswerTo(round % 3 === 2 ? 'bursar facts' : 'bursar append');
      }
    })();
    const pays = async (key: string): Promise<string> => {
      for (const until = Date.now() + 25_000; Date.now() < until; await sleep(20)) {
        const answer = await owner.ask(pay({ key, amount: 1n }));
        if (answer.kind === 'recorded') return answer.position;
        if (answer.kind !== 'unavailable') throw new Error(JSON.stringify(answer));
      }
      throw new Error(`${key} has no answer`);
    };
    const client = async (name: number): Promise<[string, string][]> => {
      const positions: [string, string][] = [];
      // On however fast a machine: until enough answers were cut off.
      for (let index = 0; index < 12 || (proxy.cuts <= 5 && index < 500); index++) {
        const key = `c${name}-${index}`;
        positions.push([key, await pays(key)]);
      }
      return positions;
    };
    const told = new Map<string, string>();
    try {
      const all = await Promise.all(Array.from({ length: 20 }, (_, name) => client(name)));
      for (const [key, position] of all.flat()) told.set(key, position);
    } finally {
      load.on = false;
      await cutting;
      proxy.open();
    }
    expect(proxy.cuts).toBeGreaterThan(5);
    const { position } = await direct.head(PARTITION);
    const recorded = (await direct.read(PARTITION, 0, position)).flatMap(({ payload, position: at }) => {
      const event = JSON.parse(payload.toString()) as { type: string; key: string };
      return event.type === 'payment.transferred' ? [[event.key, `${PARTITION}:${at}`] as const] : [];
    });
    expect(new Map(recorded)).toEqual(told);
    expect(recorded).toHaveLength(told.size);
    expect((await verifyLog(direct, { partitions: [PARTITION], deep: true })).faults).toEqual([]);
  }, 60_000);

  it('B7: a command that PostgreSQL refuses hurts none of the 49 others of its batch', async () => {
    const log = await openLog();
    const owner = await start(log);
    await openBook(owner);
    const dead: string[] = [];
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        (_, index) =>
          new Promise<OwnerAnswer>((answer) =>
            owner.owner.submit({
              partition: PARTITION,
              // Longer than the index takes: the table's own check refuses it.
              request: pay({ key: index === 23 ? 'k'.repeat(300) : `k${index}`, amount: 1n }),
              arrived_at: Date.now(),
              answer,
              poisoned: (reason) => void dead.push(reason),
            }),
          ),
      ),
    );
    expect(answers[23]).toMatchObject({ kind: 'refused', refusal: { code: 'command_not_storable' } });
    expect(answers.filter((answer) => answer.kind === 'recorded')).toHaveLength(49);
    expect(dead).toHaveLength(1);
    expect(await transfers(log)).toHaveLength(49);
  }, 30_000);

  it('a killed owner is replaced when its lease of 3 s has run out, within the turn of whoever stands by', async () => {
    const logA = await openLog();
    const ownerA = await start(logA, 3_000);
    await openBook(ownerA);
    const ownerB = await start(await openLog(), 3_000);
    expect(ownerB.owner.partitions().size).toBe(0);
    // Killed: its process sends nothing any more. Its last renewal was up to a second ago, as in life.
    const killed_at = performance.now();
    const never = (): Promise<never> => new Promise(() => undefined);
    logA.aroundRenew = never;
    logA.aroundClaim = never;
    running.splice(running.indexOf(ownerA), 1);
    let answer: OwnerAnswer = NOT_OWNER;
    while (answer.kind === 'unavailable') {
      await sleep(5);
      answer = await ownerB.ask(pay({ key: 'after', amount: 1n }));
    }
    const took_ms = performance.now() - killed_at;
    expect(answer.kind).toBe('recorded');
    expect(took_ms).toBeLessThan(5_000);
  }, 30_000);

  it('D1: an owner refuses a partition whose log ends before a watermark or checkpoint, and serves the others', async () => {
    const log = await openLog();
    const first = await start(log);
    await openBook(first);
    await writeCheckpoint(log, PARTITION);
    await log.watermarks.advance(PARTITION, (await log.head(PARTITION)).position + 1);
    await running.pop()!.leases.stop();
    const second = await start(log);
    expect(await second.ask(pay())).toEqual(NOT_OWNER);
    expect(second.owner.partitions().size).toBe(63);
    expect(second.alarms.join()).toContain(`partition ${PARTITION} cannot be served`);
  }, 30_000);

  it('D5: an owner whose clock is more than a second off the database decides nothing until it is right', async () => {
    const log = await openLog();
    log.clock_offset_ms = 1_200;
    const owner = await start(log);
    expect(owner.owner.partitions().size).toBe(0);
    log.clock_offset_ms = -900;
    await untilOwned(owner);
    await openBook(owner);
    log.clock_offset_ms = -1_300;
    for (const until = Date.now() + 5_000; owner.owner.partitions().size > 0; await sleep(5))
      if (Date.now() > until) throw new Error('it goes on');
    expect(await owner.ask(pay())).toEqual(NOT_OWNER);
  }, 30_000);

  it('A7: where keys cannot be looked up nothing is decided, and afterwards all is as before', async () => {
    const log = await openLog({ statement_timeout_ms: 200 });
    const owner = await start(log);
    await openBook(owner);
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table bursar.idempotency_key in access exclusive mode');
    const head = await log.head(PARTITION);
    expect(await owner.ask(pay({ key: 'one' }))).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect(await log.head(PARTITION)).toEqual(head);
    await blocker.query('rollback');
    await blocker.end();
    expect(await owner.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'recorded' });
  }, 30_000);
});
