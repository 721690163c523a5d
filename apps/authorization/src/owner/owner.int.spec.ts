import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agentWallet, type OpenSession } from '#domain';
import { partitionOf } from '#contracts';
import { migrateEventLog, PostgresLogStore, verifyLog } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { makeSnapshots } from '../snapshots/make-snapshots.js';

describe('an owner on PostgreSQL', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  it('C1: answers the same key with the same event, from the log, also after a restart', async () => {
    const first = await harness.ask(pay({ key: 'one' }));
    const again = await harness.ask(pay({ key: 'one' }));
    expect(first).toMatchObject({ kind: 'recorded', event: { type: 'payment.transferred', amount: '1000' } });
    expect(again).toEqual({ ...first, replayed: true });

    await harness.leases.stop();
    harness = await startOwner(log);
    const later = await harness.ask(pay({ key: 'one' }));
    expect(JSON.stringify(later)).toBe(JSON.stringify(again));
  });

  it('C1: looks for no key that was drawn with its command, and takes the log’s word where it is bound all the same', async () => {
    const lookedFor: (string | undefined)[] = [];
    const loadFacts = log.loadFacts.bind(log);
    log.loadFacts = (asked) => {
      lookedFor.push(asked.keys[0]?.key);
      return loadFacts(asked);
    };
    const first = await harness.ask(pay({ key: 'one', fresh_key: true }));
    expect(lookedFor).toEqual([]);
    const [again, other, beside] = await Promise.all([
      harness.ask(pay({ key: 'one', fresh_key: true })),
      harness.ask(pay({ key: 'one', fresh_key: true, fingerprint: 'v1:other' })),
      harness.ask(pay({ key: 'two', fresh_key: true })),
    ]);
    expect(lookedFor).toEqual(['one']);
    expect(again).toEqual({ ...first, replayed: true });
    expect(other).toMatchObject({ kind: 'refused', refusal: { code: 'idempotency_key_conflict' } });
    expect(beside).toMatchObject({ kind: 'recorded' });
    expect(harness.published.filter(({ event }) => event.type === 'payment.transferred')).toHaveLength(2);
    expect(harness.alarms).toEqual([]);
  });

  it('C1: takes one effect of a fresh key that comes many times at once, with that word and without', async () => {
    const [first] = await Promise.all([
      harness.ask(pay({ key: 'before', fresh_key: true })),
      ...Array.from({ length: 50 }, (_, number) =>
        harness.ask(pay({ key: 'storm', ...(number % 3 === 0 && { fresh_key: true as const }) })),
      ),
    ]);
    expect(first).toMatchObject({ kind: 'recorded' });
    expect(harness.published.filter(({ event }) => event.type === 'payment.transferred')).toHaveLength(2);
  });

  it('C2: refuses the same key with another body, and changes nothing', async () => {
    await harness.ask(pay({ key: 'one' }));
    const other = await harness.ask(pay({ key: 'one', fingerprint: 'v1:other', amount: 5n }));
    expect(other).toMatchObject({ kind: 'refused', refusal: { code: 'idempotency_key_conflict' } });
    expect(other).not.toHaveProperty('recorded');
  });

  it('C1: takes one effect of a key that comes many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => harness.ask(pay({ key: 'storm' }))));
    const positions = new Set(answers.map((answer) => (answer.kind === 'recorded' ? answer.position : 'none')));
    expect(positions.size).toBe(1);
    expect(harness.published.filter(({ event }) => event.type === 'payment.transferred')).toHaveLength(1);
  });

  it('B6: an extended hold lapses at its new time, before and after a restart, though its first timer comes earlier', async () => {
    const held = async (key: string): Promise<string> => {
      const answer = await harness.ask(pay({ key, capture: false, expires_in_ms: 400 }));
      if (answer.kind !== 'recorded' || answer.event.type !== 'payment.authorized') throw new Error(answer.kind);
      const { payment_id } = answer.event;
      const extended = await harness.ask(as('payment.extend', { payment_id, expires_in_ms: 1_500 }));
      expect(extended).toMatchObject({ kind: 'recorded', event: { type: 'payment.extended' } });
      return payment_id;
    };
    const typesOf = async (payment_id: string): Promise<string[]> => {
      const answer = await harness.ask(as('query.payment', { payment_id }));
      return answer.kind === 'payment' ? answer.events.map(({ event }) => event.type) : [];
    };
    const ended = ['payment.authorized', 'payment.extended', 'payment.expired'];
    const lives = async (restarts: boolean): Promise<void> => {
      const payment_id = await held(restarts ? 'restarted' : 'first');
      if (restarts) {
        await harness.leases.stop();
        harness = await startOwner(log);
      }
      await new Promise((passed) => setTimeout(passed, 800));
      expect(await typesOf(payment_id)).toEqual(ended.slice(0, 2));
      for (let left = 40; left > 0 && (await typesOf(payment_id)).length < 3; left--)
        await new Promise((passed) => setTimeout(passed, 50));
      expect(await typesOf(payment_id)).toEqual(ended);
    };
    await lives(false);
    await lives(true);
  }, 30_000);

  it('C1: a refund and a transfer that lack the money are answered as the same refusal, now and from the log', async () => {
    const paid = await harness.ask(pay({ amount: 1_000n }));
    if (paid.kind !== 'recorded' || paid.event.type !== 'payment.transferred') throw new Error(paid.kind);
    const { payment_id, payer } = paid.event;
    const wallet = agentWallet((paid.event.payee as { agent_id: string }).agent_id, 'USD');
    const move = { from_wallet_id: wallet, to_wallet_id: payer.wallet_id, asset: 'USD' as const };
    const emptied = await harness.ask(as('wallet.transfer', { ...move, amount: 1_000n }));
    expect(emptied.kind).toBe('recorded');
    const commands = [
      { ...as('payment.refund', { payment_id }), key: 'refund', fingerprint: 'v1:r' },
      { ...as('wallet.transfer', { ...move, amount: 1n }), key: 'move', fingerprint: 'v1:m' },
    ];
    const first = await Promise.all(commands.map((command) => harness.ask(command)));
    expect(first).toMatchObject([
      { kind: 'refused', refusal: { code: 'refund_exceeds_payee_funds' }, recorded: { event: { payment_id } } },
      { kind: 'refused', refusal: { code: 'insufficient_funds' } },
    ]);
    await harness.ask(
      as('wallet.transfer', { ...move, from_wallet_id: payer.wallet_id, to_wallet_id: wallet, amount: 5_000n }),
    );
    await harness.leases.stop();
    harness = await startOwner(log);
    for (const [index, command] of commands.entries()) {
      const again = await harness.ask(command);
      const before = first[index]!;
      if (before.kind !== 'refused') throw new Error(before.kind);
      expect(again).toEqual({ ...before, recorded: { ...before.recorded, replayed: true } });
    }
    expect((await verifyLog(log, { partitions: [partitionOf(ORG)], deep: true })).faults).toEqual([]);
  });

  it('A1: lets 200 callers at once spend a nearly exhausted budget to the unit and not beyond', async () => {
    const opened = await harness.ask(
      as('session.open', { asset: 'USD', budget: 50_000n, mode: 'shared', labels: {}, token_hash: 'hash' }),
    );
    if (opened.kind !== 'recorded' || opened.event.type !== 'session.opened') throw new Error(JSON.stringify(opened));
    const session_id = opened.event.session_id;
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => harness.ask(pay({ session_id, amount: 1_000n, key: `k${index}` }))),
    );
    expect(answers.filter((answer) => answer.kind === 'recorded')).toHaveLength(50);
    const view = await harness.ask(as('query.session', { session_id }));
    expect(view).toMatchObject({ kind: 'session', session: { spent: '50000', held: '0', remaining: '0' } });
    expect(answers.at(-1)).toMatchObject({ refusal: { code: 'session_budget_exceeded', remaining: '0' } });
  });

  it('B1: lets a hold lapse when its time has come, in the next cycle whatever it is about', async () => {
    const held = await harness.ask(pay({ capture: false, expires_in_ms: 60_000, amount: 7n }));
    if (held.kind !== 'recorded' || held.event.type !== 'payment.authorized') throw new Error(JSON.stringify(held));
    harness.clock.offset_ms += 60_000;
    const late = await harness.ask(as('payment.capture', { payment_id: held.event.payment_id, final: true }));
    expect(late).toMatchObject({ kind: 'refused', refusal: { code: 'hold_expired' } });
    const agent = await harness.ask(as('query.agent', { agent: 'payer' }));
    expect(agent).toMatchObject({ agent: { totals: [{ spent: '0', held: '0' }] } });
  });

  it('B1: gives back what a reserved session carved out when its time is over, with every timer stopped, after a restart and from a snapshot', async () => {
    const open = async (budget: bigint, fields: Partial<OpenSession> = {}): Promise<string> => {
      const header = { asset: 'USD', mode: 'shared', labels: {}, token_hash: 'hash' } as const;
      const opened = await harness.ask(as('session.open', { ...header, budget, ...fields }));
      if (opened.kind !== 'recorded' || opened.event.type !== 'session.opened') throw new Error(JSON.stringify(opened));
      return opened.event.session_id;
    };
    const restart = async (): Promise<void> => {
      const { offset_ms } = harness.clock;
      await harness.leases.stop();
      harness = await startOwner(log);
      harness.clock.offset_ms = offset_ms;
    };
    const parent_session_id = await open(1_000n);
    for (const begins of [async () => {}, restart, () => makeSnapshots(log, 1).then(restart)]) {
      const session_id = await open(700n, { parent_session_id, mode: 'reserved', expires_in_ms: 600_000 });
      await harness.ask(as('session.change', { session_id, expires_in_ms: 3_600_000 }));
      await begins();
      harness.clock.offset_ms += 3_000_000;
      expect(await harness.ask(pay({ session_id: parent_session_id, amount: 301n }))).toMatchObject({
        refusal: { code: 'session_budget_exceeded' },
      });
      harness.clock.offset_ms += 600_000;
      // The first that anybody asks of the owner is already decided by the book without it.
      const held = await harness.ask(pay({ session_id: parent_session_id, amount: 1_000n, capture: false }));
      if (held.kind !== 'recorded' || held.event.type !== 'payment.authorized') throw new Error(JSON.stringify(held));
      await harness.ask(as('payment.void', { payment_id: held.event.payment_id }));
      expect(await harness.ask(as('query.session', { session_id }))).toMatchObject({ session: { status: 'closed' } });
    }
    const closed = harness.published.filter(({ event }) => event.type === 'session.closed');
    expect(closed).toMatchObject([{ event: { reason: 'expired', returned: '700' } }]);
    expect((await verifyLog(log, { partitions: [partitionOf(ORG)], deep: true })).faults).toEqual([]);
  }, 60_000);

  it('refunds a payment that memory has forgotten, from the log, up to what was captured', async () => {
    const paid = await harness.ask(pay({ amount: 900n }));
    if (paid.kind !== 'recorded' || paid.event.type !== 'payment.transferred') throw new Error(JSON.stringify(paid));
    const { payment_id } = paid.event;
    const refunds = await Promise.all([
      harness.ask(as('payment.refund', { payment_id, amount: 500n })),
      harness.ask(as('payment.refund', { payment_id, amount: 500n })),
    ]);
    expect(refunds.map((answer) => answer.kind)).toEqual(['recorded', 'refused']);
    expect(refunds[1]).toMatchObject({ refusal: { code: 'refund_exceeds_captured', remaining: '400' } });
  });

  it('E5: starts a limit that is added to a live agent from what the log says was spent', async () => {
    await harness.ask(pay({ amount: 900n }));
    const limit = { of: 'amount', per: 'day', maximum: '1000', asset: 'USD' } as const;
    await harness.ask(as('agent.change', { agent: 'payer', limits: [limit] }));
    expect(await harness.ask(pay({ amount: 101n }))).toMatchObject({
      refusal: { code: 'window_limit_exceeded', spent: '900', remaining: '100' },
    });
    expect(await harness.ask(pay({ amount: 100n }))).toMatchObject({ kind: 'recorded' });
  });
});
