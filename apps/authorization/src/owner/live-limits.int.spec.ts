import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import type { PaymentTransferred } from '#domain';
import { canonicalBytes, chainHash, migrateEventLog, PostgresLogStore, type AppendRecord } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

const PARTITION = partitionOf(ORG);
const EVENTS = 100_000;
const BATCH = 5_000;

describe('a limit that is added to an agent with a long log, on PostgreSQL', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
    const first = await harness.ask(pay({ payee: { service: 'search' }, amount: 1n }));
    if (first.kind !== 'recorded') throw new Error(first.kind);
    await harness.leases.stop();
    await repeat(first.event as PaymentTransferred, EVENTS);
    harness = await startOwner(log);
  }, 120_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  /** The same payment again and again, written without deciding. */
  async function repeat(event: PaymentTransferred, times: number): Promise<void> {
    const epochs = await log.leases.claim('history', [PARTITION], 60_000);
    let head = await log.head(PARTITION);
    for (let done = 0; done < times; done += BATCH) {
      const records: AppendRecord[] = [];
      for (let index = 0; index < BATCH; index++) {
        const number = done + index + 1;
        const payment_id = `pay_${number.toString(16).padStart(32, '0')}`;
        const payload = canonicalBytes({ ...event, payment_id, sequence: event.sequence + number });
        head = { position: head.position + 1, hash: chainHash(head.hash, payload) };
        records.push({ partition: PARTITION, position: head.position, payload, hash: head.hash, payment_id });
      }
      await log.append(epochs, records);
    }
    await log.leases.release('history', epochs);
  }

  it('H4 E5: payments go on while the log is read for it, and it starts from all of them', async () => {
    const from = Date.now();
    const limit = { of: 'amount', per: 'year', maximum: '100000000', asset: 'USD', service: 'search' } as const;
    const decided = new AbortController();
    const change = harness.ask(as('agent.change', { agent: 'payer', limits: [limit] }));
    void change.then(() => decided.abort());
    const latencies: number[] = [];
    while (!decided.signal.aborted) {
      const asked_at = Date.now();
      expect(await harness.ask(pay({ payee: { service: 'search' }, amount: 1n }))).toMatchObject({ kind: 'recorded' });
      latencies.push(Date.now() - asked_at);
    }
    const changed = await change;
    const took = Date.now() - from;
    if (changed.kind !== 'recorded' || changed.event.type !== 'agent.changed') throw new Error(JSON.stringify(changed));
    const position = Number(changed.position.split(':')[1]);
    const before = position - 1 - (await positionOfFirst()) + 1;
    expect(changed.event.starts).toMatchObject([{ spent: `${before}`, held: '0', count: before }]);
    expect(before - EVENTS - 1).toBeGreaterThan(20);
    expect(Math.max(...latencies)).toBeLessThan(took / 2);
  }, 60_000);

  async function positionOfFirst(): Promise<number> {
    const events = await log.read(PARTITION, 0, 100);
    return events.find(({ payload }) => payload.includes('"type":"payment.transferred"'))!.position;
  }
});
