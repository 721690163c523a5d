import { beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, renderPaymentAnswer, type OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import { FencedError, MemoryLogStore, OutcomeUnknownError, verifyLog, type KeptBeside } from '#event-log';
import { FragileLog, Gate, once } from '../../test-support/fragile-log.js';
import { as, ORG, openBook, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { loadPartition } from '../leases/load-partition.js';

const PARTITION = partitionOf(ORG);
const cut = (): OutcomeUnknownError => new OutcomeUnknownError('the connection was cut');

describe('an owner whose log fails', () => {
  let below: MemoryLogStore;
  let log: FragileLog;
  let harness: Harness;

  beforeEach(async () => {
    below = new MemoryLogStore();
    log = new FragileLog(below);
    harness = await startOwner(log);
    await openBook(harness);
  });

  const transfers = async (): Promise<number> => {
    const events = await below.read(PARTITION, 0, 1_000);
    return events.filter(({ payload }) => payload.includes('"type":"payment.transferred"')).length;
  };

  /** Asks and notes every answer, so that a second one shows. */
  const ask = (request: Command | Query): { answers: OwnerAnswer[]; first: Promise<OwnerAnswer> } => {
    const answers: OwnerAnswer[] = [];
    const first = new Promise<OwnerAnswer>((resolve) =>
      harness.owner.submit({
        partition: partitionOf(request.org),
        request,
        arrived_at: Date.now(),
        answer: (answer) => {
          answers.push(answer);
          resolve(answer);
        },
      }),
    );
    return { answers, first };
  };

  it('A7: refuses and has no effect while keys cannot be looked up', async () => {
    log.aroundFacts = () => Promise.reject(new Error('the database is away'));
    expect(await harness.ask(pay({ key: 'one' }))).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    log.aroundFacts = (go) => go();
    expect(await transfers()).toBe(0);
    expect(await harness.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'recorded' });
  });

  it('C1: answers from the log where the append was written and its reply was lost', async () => {
    log.aroundAppend = once(async (go) => {
      await go();
      throw cut();
    });
    const answer = await harness.ask(pay({ key: 'one' }));
    expect(answer).toMatchObject({ kind: 'recorded', event: { type: 'payment.transferred' } });
    expect(await transfers()).toBe(1);
    expect(await harness.ask(pay({ key: 'one' }))).toEqual({ ...answer, replayed: true });
  });

  it('C1: gives the first answer and every later one with labels in the same order', async () => {
    const labels = { user: 'u', goal: 'g', feature: 'f' };
    const [first, again] = [
      await harness.ask(pay({ key: 'one', labels })),
      await harness.ask(pay({ key: 'one', labels })),
    ];
    if (first.kind !== 'recorded' || again.kind !== 'recorded') throw new Error(JSON.stringify([first, again]));
    const rendered = [first, again].map(({ event, position }) => JSON.stringify(renderPaymentAnswer(event, position)));
    expect(rendered[1]).toBe(rendered[0]);
  });

  it('C1: decides once more where the append was not written', async () => {
    log.aroundAppend = once(() => Promise.reject(cut()));
    expect(await harness.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'recorded' });
    expect(await transfers()).toBe(1);
  });

  it('C1: says that it does not know where not even the log can be read, and tells it to the retry', async () => {
    log.aroundAppend = once(async (go) => {
      await go();
      throw cut();
    });
    log.aroundRaise = once(() => Promise.reject(new Error('the database is away')));
    expect(await harness.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'unavailable', code: 'outcome_unknown' });
    const next = await startOwner(below, { lease_ms: 50 });
    await expireLease(below);
    harness = next;
    await next.leases.stop();
    harness = await startOwner(below);
    expect(await harness.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'recorded', replayed: true });
    expect(await transfers()).toBe(1);
  });

  it('C1: does not take what another owner wrote at the same position for its own append', async () => {
    log.aroundAppend = once(() => Promise.reject(cut()));
    let other: Harness | undefined;
    log.aroundRead = once(async (go) => {
      // Between raising its epoch and reading the log the process slept, and another has taken over and gone on.
      await expireLease(below);
      other = await startOwner(below);
      expect(await other.ask(pay({ amount: 7n }))).toMatchObject({ kind: 'recorded' });
      return go();
    });
    const answer = await harness.ask(pay({ key: 'mine', amount: 5n }));
    expect(answer).toEqual({ kind: 'unavailable', code: 'not_owner' });
    expect(await transfers()).toBe(1);
    expect(other).toBeDefined();
  });

  it('A1: keeps nothing on the books of a command whose events cannot be folded', async () => {
    const owned = harness.owner.partitions().get(PARTITION)!;
    const book = owned.books.get(ORG)!.base;
    const wallet = `service:broken:USD`;
    book.wallets.set(wallet, { id: wallet, asset: 'CRD' as never, available: 0n, held: 0n });
    const before = [...book.wallets.values()].map(({ id, available, held }) => ({ id, available, held }));
    const broken = await harness.ask(pay({ payee: { service: 'broken' }, amount: 11n }));
    expect(broken).toMatchObject({ kind: 'refused', refusal: { code: 'command_not_storable' } });
    const overlay = owned.books.get(ORG)!.overlay;
    expect([...overlay.wallets.values()].map(({ id, available, held }) => ({ id, available, held }))).toEqual(before);
    expect(await harness.ask(pay({ amount: 3n }))).toMatchObject({ kind: 'recorded' });
    expect((await verifyLog(below)).faults).toEqual([]);
  });

  it('C1: answers a poison command once where the append of the others is not written at first', async () => {
    log.aroundAppend = once(() => Promise.reject(cut()));
    const poison = ask(pay({ labels: { text: '\ud800' } }));
    const good = ask(pay({ key: 'good' }));
    expect(await good.first).toMatchObject({ kind: 'recorded' });
    expect(await poison.first).toMatchObject({ refusal: { code: 'command_not_storable' } });
    await harness.ask(as('query.wallets', {}));
    expect([poison.answers.length, good.answers.length]).toEqual([1, 1]);
  });

  it('answers everybody else where one answer cannot be sent', async () => {
    harness.owner.submit({
      partition: PARTITION,
      request: pay(),
      arrived_at: Date.now(),
      answer: () => {
        throw new Error('the connection is closed');
      },
    });
    expect(await harness.ask(pay())).toMatchObject({ kind: 'recorded' });
    expect(harness.alarms.join()).toContain('could not be sent');
  });

  it('F1: answers nothing from a book that was lost and loaded anew while it waited', async () => {
    // Long after the agent was registered, so that only the log knows what it spent today.
    harness.clock.offset_ms = 2 * 86_400_000;
    await harness.ask(pay());
    const gate = new Gate();
    log.aroundRead = once(async (go) => {
      await gate.pass();
      return go();
    });
    const refused = ask(pay({ payee: { agent: 'nobody' } }));
    // Its figure is read from the log, after the other one was decided in the same cycle.
    const limit = { of: 'amount', per: 'day', maximum: '1000', asset: 'USD' } as const;
    const changed = ask(as('agent.change', { agent: 'payer', limits: [limit] }));
    await gate.arrived;
    harness.owner.abandon([PARTITION]);
    await expireLease(below);
    const epoch = (await below.leases.claim('the same', [PARTITION], 3_000)).get(PARTITION)!;
    harness.owner.adopt(await loadPartition(below, PARTITION, epoch));
    gate.open();
    expect(await refused.first).toEqual({ kind: 'unavailable', code: 'not_owner' });
    expect(await changed.first).toEqual({ kind: 'unavailable', code: 'not_owner' });
  });

  it('B1: keeps a hold due where the clock was set back between noticing it and deciding', async () => {
    const held = await harness.ask(pay({ capture: false, expires_in_ms: 60_000 }));
    if (held.kind !== 'recorded') throw new Error(JSON.stringify(held));
    log.aroundFacts = once((go) => {
      harness.clock.offset_ms = 0;
      return go();
    });
    harness.clock.offset_ms = 60_001;
    await harness.ask(
      as('key.issue', { key_id: 'key_1', role: 'admin', name: 'k', token_hash: 'h', key: 'loads facts' }),
    );
    expect(harness.clock.offset_ms).toBe(0);
    harness.clock.offset_ms = 60_001;
    await harness.ask(as('query.wallets', {}));
    expect(await harness.ask(as('query.agent', { agent: 'payer' }))).toMatchObject({
      agent: { totals: [{ held: '0' }] },
    });
  });

  it('C1: a dispatch that came too late is refused on the record, the same at every repetition', async () => {
    const held = await harness.ask(pay({ capture: false, expires_in_ms: 60_000 }));
    if (held.kind !== 'recorded' || held.event.type !== 'payment.authorized') throw new Error(JSON.stringify(held));
    // In one batch with what makes the time pass, or the hold would have lapsed before.
    const { payment_id } = held.event;
    log.aroundFacts = once((go) => {
      harness.clock.offset_ms = 60_001;
      return go();
    });
    const late = as('payment.dispatch', { payment_id, key: 'late', fingerprint: 'v1:same' });
    const first = await harness.ask(late);
    expect(first).toMatchObject({
      kind: 'refused',
      refusal: { code: 'hold_expired' },
      recorded: { event: { type: 'payment.expired', key: 'late' } },
    });
    const again = await harness.ask(late);
    expect(again).toMatchObject({ ...first, recorded: { replayed: true } });
  });

  it('stays the owner where leases are renewed while its epochs are being raised', async () => {
    const gate = new Gate();
    log.aroundAppend = once(() => Promise.reject(cut()));
    log.aroundRaise = once(async (go) => {
      const raised = await go();
      await gate.pass();
      return raised;
    });
    const paid = harness.ask(pay({ key: 'one' }));
    await gate.arrived;
    await harness.leases.start(); // a turn of renewal
    expect(harness.owner.partitions().has(PARTITION)).toBe(true);
    gate.open();
    expect(await paid).toMatchObject({ kind: 'recorded' });
  });

  it('C1: tells what was written where one of the leases was lost meanwhile, and keeps the others', async () => {
    const other = (PARTITION + 1) % 64;
    log.aroundAppend = once(async (go) => {
      await go();
      throw cut();
    });
    log.aroundRaise = once(async (go, owner, epochs) => {
      const raised = await go();
      raised.delete(PARTITION);
      expect(owner).not.toBe('');
      expect(epochs.has(PARTITION)).toBe(true);
      return raised;
    });
    expect(await harness.ask(pay({ key: 'one' }))).toMatchObject({ kind: 'recorded' });
    expect(harness.owner.partitions().has(PARTITION)).toBe(false);
    expect(harness.owner.partitions().has(other)).toBe(true);
  });

  it('decides again what is still its own after another partition of the batch was fenced', async () => {
    log.aroundAppend = once(() => Promise.reject(new FencedError([PARTITION])));
    const answers = await Promise.all([harness.ask(pay({ key: 'a' })), harness.ask(pay({ key: 'b' }))]);
    expect(answers.map((answer) => answer.kind)).toEqual(['recorded', 'recorded']);
  });

  it('answers 503 and goes on where the log refuses one command for no reason that blames it', async () => {
    log.aroundAppend = (go, _epochs, records) =>
      records.some(({ payload }) => payload.includes('heavy'))
        ? Promise.reject(new OutcomeUnknownError('out of memory'))
        : go();
    const works = Array.from({ length: 20 }, (_, index) =>
      ask(pay({ labels: { weight: index === 7 ? 'heavy' : 'light' } })),
    );
    const answers = await Promise.all(works.map(({ first }) => first));
    expect(answers.filter((answer) => answer.kind === 'recorded')).toHaveLength(19);
    expect(answers[7]).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect(works.every((work) => work.answers.length === 1)).toBe(true);
  });

  it('gives leases back that it claimed and had no time to load when it was stopped', async () => {
    harness.owner.abandon([PARTITION]);
    await expireLease(below);
    const gate = new Gate();
    log.aroundClaim = once(async (go) => {
      const claimed = await go();
      await gate.pass();
      return claimed;
    });
    void harness.leases.start();
    await gate.arrived;
    const stopped = harness.leases.stop();
    gate.open();
    await stopped;
    expect((await below.leases.list()).filter(({ owner }) => owner !== '')).toEqual([]);
  });

  it('gives leases back under the epochs that its last appends have raised', async () => {
    const gate = new Gate();
    log.aroundAppend = once<Parameters<FragileLog['append']>, KeptBeside>(async () => {
      await gate.pass();
      throw cut();
    });
    const last = harness.ask(pay({ key: 'last' }));
    await gate.arrived;
    const stopped = harness.leases.stop();
    gate.open();
    expect(await last).toMatchObject({ kind: 'recorded' });
    await stopped;
    expect((await below.leases.list()).filter(({ owner }) => owner !== '')).toEqual([]);
  });

  it('a page that is read ahead and fails ends the load and not the process', async () => {
    const failures: unknown[] = [];
    const note = (failure: unknown): void => void failures.push(failure);
    process.on('unhandledRejection', note);
    try {
      log.aroundRead = () => Promise.reject(new Error('the database is away'));
      await expect(loadPartition(log, PARTITION, 1)).rejects.toThrow('away');
      await loadPartition(log, (PARTITION + 1) % 64, 1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(failures).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});

/** Makes the lease of the org's partition look as if nobody had renewed it. */
async function expireLease(log: MemoryLogStore): Promise<void> {
  const lease = (await log.leases.list()).find(({ partition }) => partition === PARTITION)!;
  await log.leases.renew(lease.owner, new Map([[PARTITION, lease.epoch]]), -1);
}
