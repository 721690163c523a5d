import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, renderIncomingPayment, renderPayment, type OwnerAnswer } from '#contracts';
import type { Book, BookEvent, ClearingCredited, Command } from '#domain';
import { migrateEventLog, PostgresLogStore } from '#event-log';
import { freshId } from '#security';
import { createTestDatabase, type TestDatabase } from '#testing';
import { ADMIN, as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { Clearing } from './clearing.js';

const OTHER_ORG = orgWhere((partition) => partition !== partitionOf(ORG));
const BESIDE_ORG = orgWhere((partition) => partition === partitionOf(ORG));
const OWNER = { subject: 'owner', proven_by: 'owner' } as const;

function orgWhere(isWanted: (partition: number) => boolean): string {
  for (;;) {
    const org = `org_${freshId()}`;
    if (org !== ORG && isWanted(partitionOf(org))) return org;
  }
}

describe('clearing between two books on PostgreSQL', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
    await openOther(OTHER_ORG, 'shop');
    await openOther(BESIDE_ORG, 'beside');
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  async function openOther(org: string, handle: string): Promise<void> {
    const created = as('organization.create', {
      name: 'other',
      default_asset: 'USD',
      first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
      admin_key: { key_id: ADMIN.subject, token_hash: 'hash' },
      initial_amount: 0n,
    });
    await harness.ask({ ...created, org, credential: OWNER });
    const shop = as('agent.register', { handle, limits: [], funding: 'treasury', token_hash: 'hash' });
    expect(await harness.ask({ ...shop, org })).toMatchObject({ kind: 'recorded' });
  }

  function clearing(changes: Partial<ConstructorParameters<typeof Clearing>[0]> = {}): Clearing {
    return new Clearing({
      partitions: () => harness.owner.partitions(),
      ask: (_org, command) => harness.ask(command),
      settle: (command) => harness.ask(command),
      freshId,
      now: () => Date.now(),
      alarm: () => undefined,
      ...changes,
    });
  }

  async function restart(): Promise<void> {
    await harness.leases.stop();
    harness = await startOwner(log);
  }

  function book(org: string): Book {
    return harness.owner.partitions().get(partitionOf(org))!.books.get(org)!.base;
  }

  /** Over both books with clearing and the outside: nothing is ever made or lost. */
  function total(): bigint {
    let sum = 0n;
    for (const org of [ORG, OTHER_ORG, BESIDE_ORG])
      for (const wallet of book(org).wallets.values()) sum += wallet.available + wallet.held;
    return sum;
  }

  /** What has left one book and not come into the other. */
  function between(): bigint {
    const out = book(ORG).wallets.get('clearing:out:USD')?.available ?? 0n;
    return out + (book(OTHER_ORG).wallets.get('clearing:in:USD')?.available ?? 0n);
  }

  async function payAbroad(handle = 'shop', org = OTHER_ORG): Promise<string> {
    const answer = await harness.ask(pay({ payee: { agent: handle, org } }));
    if (answer.kind !== 'recorded' || answer.event.type !== 'payment.transferred')
      throw new Error(JSON.stringify(answer));
    return answer.event.payment_id;
  }

  async function cleared(): Promise<void> {
    for (let turn = 0; turn < 400 && book(ORG).clearings.size > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(book(ORG).clearings.size).toBe(0);
  }

  async function recorded(org: string): Promise<BookEvent['type'][]> {
    const { head } = harness.owner.partitions().get(partitionOf(org))!;
    const events = await log.read(partitionOf(org), 0, head.position);
    return events
      .map(({ payload }) => JSON.parse(payload.toString('utf8')) as BookEvent)
      .filter((event) => event.org === org)
      .filter((event) => event.type.startsWith('clearing.') || event.type === 'payment.refunded')
      .map(({ type }) => type);
  }

  it('D15: carries a payment to the payee of another org, once, however often it looks', async () => {
    await payAbroad();
    expect(between()).toBe(1_000n);
    const carrier = clearing();
    const second = clearing();
    for (let look = 0; look < 5; look++) {
      carrier.look();
      second.look();
      expect(total()).toBe(0n);
    }
    await cleared();
    expect([await recorded(ORG), await recorded(OTHER_ORG)]).toEqual([['clearing.settled'], ['clearing.credited']]);
    expect([between(), total()]).toEqual([0n, 0n]);
  });

  it('D15: brings the money back where the payee, or its org, does not exist', async () => {
    await payAbroad('nobody');
    await harness.ask(pay({ payee: { agent: 'shop', org: `org_${'9'.repeat(32)}` } }));
    clearing().look();
    await cleared();
    expect(await recorded(ORG)).toEqual(['payment.refunded', 'payment.refunded']);
    expect(await recorded(OTHER_ORG)).toEqual(['clearing.refused']);
    expect([between(), total()]).toEqual([0n, 0n]);
    expect(await harness.ask(as('query.agent', { agent: 'payer' }))).toMatchObject({
      agent: { totals: [{ spent: '0', held: '0' }] },
    });
  });

  const deaths: [string, (command: Command) => Promise<OwnerAnswer>, string, bigint][] = [
    ['before the credit', async () => ({ kind: 'unavailable', code: 'book_unavailable' }), 'in neither', 1_000n],
    ['after the credit, before the settlement', (command) => harness.ask(command), 'credited', 0n],
  ];
  it.each(deaths)('C6, D1: ends once what a process that died %s left behind', async (_when, credit, _state, left) => {
    await payAbroad();
    let died!: () => void;
    const dead = new Promise<void>((resolve) => (died = resolve));
    clearing({
      ask: async (_org, command) => {
        const answer = await credit(command);
        died();
        return answer;
      },
      settle: () => new Promise<OwnerAnswer>(() => undefined),
    }).look();
    await dead;
    await restart();
    expect(book(ORG).clearings.size).toBe(1);
    expect([between(), total()]).toEqual([left, 0n]);

    clearing().look();
    await cleared();
    await restart();
    expect([await recorded(ORG), await recorded(OTHER_ORG)]).toEqual([['clearing.settled'], ['clearing.credited']]);
    expect([between(), total()]).toEqual([0n, 0n]);
  });

  /** Asked in the payee's org, by its admin. */
  function refund(payment_id: string, fields: { amount?: bigint; key?: string } = {}): Promise<OwnerAnswer> {
    return harness.ask({ ...as('payment.refund', { payment_id, fingerprint: 'v1:r', ...fields }), org: OTHER_ORG });
  }

  async function returned(): Promise<void> {
    for (let turn = 0; turn < 400 && book(OTHER_ORG).returns.size > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(book(OTHER_ORG).returns.size).toBe(0);
  }

  it('C1, D1: gives back what the payee’s org refunds, at most what was credited, under concurrency and repetition', async () => {
    const payment_id = await payAbroad();
    const carrier = clearing();
    const second = clearing();
    carrier.look();
    await cleared();
    const asked = ['a', 'b', 'c', 'a', 'b', 'c'].map((key) => refund(payment_id, { amount: 400n, key }));
    const answers = await Promise.all(asked);
    expect(answers.map(({ kind }) => kind)).toEqual([
      'recorded',
      'recorded',
      'refused',
      'recorded',
      'recorded',
      'refused',
    ]);
    expect([between(), total()]).toEqual([800n, 0n]);
    for (let look = 0; look < 3; look++) {
      carrier.look();
      second.look();
    }
    await returned();
    await restart();
    expect(await refund(payment_id, { amount: 201n })).toMatchObject({ refusal: { code: 'refund_exceeds_captured' } });
    expect(await refund(payment_id)).toMatchObject({ event: { refunded: '200', refunded_total: '1000' } });
    clearing().look();
    await returned();
    expect(await recorded(ORG)).toEqual(['clearing.settled', ...Array<string>(3).fill('payment.refunded')]);
    expect([between(), total()]).toEqual([0n, 0n]);
    expect(await harness.ask(as('query.agent', { agent: 'payer' }))).toMatchObject({
      agent: { totals: [{ spent: '0' }] },
    });
    const there = await harness.ask({ ...as('query.payment', { payment_id }), org: OTHER_ORG });
    if (there.kind !== 'payment') throw new Error(JSON.stringify(there));
    const [first] = there.events;
    expect(first?.event.type).toBe('clearing.credited');
    expect(renderIncomingPayment(first!.event as ClearingCredited, there.events)).toMatchObject({
      status: 'refunded',
      refunds: Array<unknown>(3).fill(expect.objectContaining({ settlement: 'settled' })),
    });
    const here = await harness.ask(as('query.payment', { payment_id }));
    if (here.kind !== 'payment') throw new Error(JSON.stringify(here));
    expect(renderPayment(here.events)).toMatchObject({
      settlement: 'settled',
      refunds: Array<unknown>(3).fill(expect.anything()),
    });
  });

  it.each([
    [
      'before the payer’s book had it',
      async (): Promise<OwnerAnswer> => ({ kind: 'unavailable', code: 'not_owner' }),
      700n,
    ],
    ['after the payer’s book had it', (command: Command) => harness.ask(command), 0n],
  ] as const)('C6, D1: ends once the refund of a process that died %s', async (_when, ask, left) => {
    const payment_id = await payAbroad();
    clearing().look();
    await cleared();
    await refund(payment_id, { amount: 700n });
    let died!: () => void;
    const dead = new Promise<void>((resolve) => (died = resolve));
    clearing({
      ask: async (_org, command) => {
        const answer = await ask(command);
        died();
        return answer;
      },
      settle: () => new Promise<OwnerAnswer>(() => undefined),
    }).look();
    await dead;
    await restart();
    expect(book(OTHER_ORG).returns.size).toBe(1);
    expect([between(), total()]).toEqual([left, 0n]);
    clearing().look();
    await returned();
    await restart();
    expect(await recorded(ORG)).toEqual(['clearing.settled', 'payment.refunded']);
    expect(await recorded(OTHER_ORG)).toEqual(['clearing.credited', 'clearing.refunded', 'clearing.returned']);
    expect([between(), total()]).toEqual([0n, 0n]);
  });

  it('F7: keeps both books’ views of a payment apart where they lie in one partition', async () => {
    const payment_id = await payAbroad('beside', BESIDE_ORG);
    clearing().look();
    await cleared();
    await harness.ask({ ...as('payment.refund', { payment_id, amount: 1n }), org: BESIDE_ORG });
    clearing().look();
    for (let turn = 0; turn < 400 && book(BESIDE_ORG).returns.size > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const typesIn = async (org: string): Promise<string[]> => {
      const answer = await harness.ask({ ...as('query.payment', { payment_id }), org });
      return answer.kind === 'payment' ? answer.events.map(({ event }) => event.type) : [answer.kind];
    };
    expect(await typesIn(ORG)).toEqual(['payment.transferred', 'clearing.settled', 'payment.refunded']);
    expect(await typesIn(BESIDE_ORG)).toEqual(['clearing.credited', 'clearing.refunded', 'clearing.returned']);
    expect(await typesIn(OTHER_ORG)).toEqual(['refused']);
  });

  it('C1: takes a settlement that died on its way back for what it was, though the payee is revoked since', async () => {
    await payAbroad();
    let credited!: () => void;
    const done = new Promise<void>((resolve) => (credited = resolve));
    clearing({
      settle: async () => {
        credited();
        return { kind: 'unavailable', code: 'book_unavailable' };
      },
    }).look();
    await done;
    await harness.ask({ ...as('agent.revoke', { agent: 'shop' }), org: OTHER_ORG });
    await restart();
    clearing().look();
    await cleared();
    expect(await recorded(ORG)).toEqual(['clearing.settled']);
    expect([between(), total()]).toEqual([0n, 0n]);
  });
});
