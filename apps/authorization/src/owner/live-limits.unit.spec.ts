import { beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, type OwnerAnswer } from '#contracts';
import type { Command, LimitDefinition, LimitStart } from '#domain';
import { MemoryLogStore } from '#event-log';
import { FragileLog, Gate, once } from '../../test-support/fragile-log.js';
import { as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

const PARTITION = partitionOf(ORG);
const PER_DAY: LimitDefinition = { of: 'amount', per: 'day', maximum: '100000000', asset: 'USD', service: 'search' };
const toSearch = (amount: bigint, fields: Parameters<typeof pay>[0] = {}) =>
  pay({ payee: { service: 'search' }, amount, ...fields });

describe('a limit that is added while its owner decides', () => {
  let below: MemoryLogStore;
  let log: FragileLog;
  let harness: Harness;
  /** Stands before the first page that is read. */
  let gate: Gate;

  beforeEach(async () => {
    below = new MemoryLogStore();
    log = new FragileLog(below);
    harness = await startOwner(log);
    await openBook(harness);
    for (let paid = 0; paid < 30; paid++) await harness.ask(toSearch(10n));
    gate = new Gate();
    log.aroundRead = once(async (go) => {
      await gate.pass();
      return go();
    });
  });

  const add = (limits: LimitDefinition[], fields: Partial<Command> = {}): Promise<OwnerAnswer> =>
    harness.ask({ ...as('agent.change', { agent: 'payer', limits }), ...fields } as Command);

  const startOf = (answer: OwnerAnswer): LimitStart => {
    if (answer.kind !== 'recorded' || answer.event.type !== 'agent.changed') throw new Error(JSON.stringify(answer));
    return answer.event.starts![0]!;
  };

  const hold = async (amount: bigint): Promise<string> => {
    const answer = await harness.ask(toSearch(amount, { capture: false }));
    if (answer.kind !== 'recorded' || answer.event.type !== 'payment.authorized') throw new Error(answer.kind);
    return answer.event.payment_id;
  };

  it('E5 D5: starts from every payment once, those included that are decided while the log is read', async () => {
    const [captured, voided] = [await hold(500n), await hold(70n)];
    const changed = add([PER_DAY]);
    await gate.arrived;
    // All of this is decided while the first page is being read.
    expect(await harness.ask(toSearch(1_000n))).toMatchObject({ kind: 'recorded' });
    expect(await harness.ask(pay({ payee: { service: 'other' }, amount: 9n }))).toMatchObject({ kind: 'recorded' });
    await harness.ask(as('payment.capture', { payment_id: captured, amount: 400n, final: true }));
    await harness.ask(as('payment.void', { payment_id: voided }));
    await hold(20_000n);
    const beside = [toSearch(300_000n), toSearch(300_000n)].map((payment) => harness.ask(payment));
    gate.open();
    await Promise.all(beside);
    expect(startOf(await changed)).toMatchObject({ spent: `${300 + 1_000 + 400 + 600_000}`, held: '20000', count: 35 });
    await harness.ask(as('agent.change', { agent: 'payer', limits: [{ ...PER_DAY, maximum: '621701' }] }));
    expect(await harness.ask(toSearch(2n))).toMatchObject({
      refusal: { code: 'window_limit_exceeded', spent: '601700', held: '20000', remaining: '1' },
    });
    expect(await harness.ask(toSearch(1n))).toMatchObject({ kind: 'recorded' });
  });

  it('E5: counts what is decided in the same cycle and not written yet', async () => {
    gate.open();
    await add([PER_DAY]);
    await add([]);
    // The figure is known by now, so that the change stays in the cycle.
    const works = [toSearch(1_000n), as('agent.change', { agent: 'payer', limits: [PER_DAY] }), toSearch(5n)];
    const [, changed] = await Promise.all(works.map((work) => harness.ask(work)));
    expect(startOf(changed!)).toMatchObject({ spent: '1305', count: 32 });
    expect(await harness.ask(as('query.agent', { agent: 'payer' }))).toMatchObject({
      agent: { limits: [{ spent: '1305' }] },
    });
  });

  it('C1: takes one effect and one reading of a key that comes again meanwhile, and gives it one answer', async () => {
    let reads = 0;
    log.aroundRead = async (go) => {
      reads++;
      if (reads === 1) await gate.pass();
      return go();
    };
    const key = { key: 'limit', fingerprint: 'v1:same' };
    const first = add([PER_DAY], key);
    await gate.arrived;
    const others = [add([PER_DAY], key), add([PER_DAY], key)];
    await harness.ask(toSearch(1n));
    gate.open();
    const answers = await Promise.all([first, ...others]);
    expect(answers.map((answer) => answer.kind === 'recorded' && answer.position)).toEqual(
      Array(3).fill((answers[0] as { position: string }).position),
    );
    expect(reads).toBe(1);
    expect(harness.published.filter(({ event }) => event.type === 'agent.changed')).toHaveLength(1);
  });

  it('E3: starts a rolling window, which has moved on while the log was read, from what lies in it then', async () => {
    const limit = { ...PER_DAY, per: { rolling_seconds: 60 } };
    const changed = add([limit]);
    await gate.arrived;
    harness.clock.offset_ms += 3_000;
    await harness.ask(toSearch(7n));
    harness.clock.offset_ms += 58_500;
    gate.open();
    // A minute later only the last payment lies in the window.
    expect(startOf(await changed)).toMatchObject({ spent: '7', count: 1 });
  });

  it('C1: drops a change whose deadline passes while the log is read, and the retry finds the figure', async () => {
    for (let paid = 0; paid < 1_000; paid++) void harness.ask(toSearch(1n));
    const changed = add([PER_DAY], { deadline: Date.now() + 1_000 });
    await gate.arrived;
    harness.clock.offset_ms += 2_000;
    gate.open();
    expect(await changed).toMatchObject({ kind: 'refused', refusal: { code: 'deadline_passed' } });
    expect(startOf(await add([PER_DAY]))).toMatchObject({ spent: '1300' });
  });

  it('E5: refuses and changes nothing where the log cannot be read, and reads it again for the retry', async () => {
    log.aroundRead = once(() => Promise.reject(new Error('the database is away')));
    expect(await add([PER_DAY])).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect(harness.alarms.join()).toContain('could not be read');
    expect(startOf(await add([PER_DAY]))).toMatchObject({ spent: '300' });
  });

  it('E5: does not take a page for whole that lacks an event', async () => {
    log.aroundRead = once(async (go) => (await go()).slice(1));
    expect(await add([PER_DAY])).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
  });

  it('A7: answers who waits for a figure when the owner stops, and stops though the log does not answer', async () => {
    const changed = add([PER_DAY]);
    await gate.arrived;
    await harness.owner.stop();
    expect(await changed).toEqual({ kind: 'unavailable', code: 'not_owner' });
    gate.open();
  });

  it('A7: answers who waits for a figure when the partition is lost, and decides nothing by what was read for it', async () => {
    const changed = add([PER_DAY]);
    await gate.arrived;
    harness.owner.abandon([PARTITION]);
    expect(await changed).toEqual({ kind: 'unavailable', code: 'not_owner' });
    gate.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(harness.published.some(({ event }) => event.type === 'agent.changed')).toBe(false);
  });
});
