import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, type OwnerAnswer } from '#contracts';
import type { Book, BookEvent, Command } from '#domain';
import { migrateEventLog, PostgresLogStore } from '#event-log';
import { freshId } from '#security';
import { createTestDatabase, type TestDatabase } from '#testing';
import { ADMIN, as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { Clearing } from './clearing.js';

const OTHER_ORG = otherOrg();
const OWNER = { subject: 'owner', proven_by: 'owner' } as const;

/** An org of another partition. */
function otherOrg(): string {
  for (;;) {
    const org = `org_${freshId()}`;
    if (partitionOf(org) !== partitionOf(ORG)) return org;
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
    await openOther();
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  async function openOther(): Promise<void> {
    const created = as('organization.create', {
      name: 'other',
      default_asset: 'USD',
      first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
      admin_key: { key_id: ADMIN.subject, token_hash: 'hash' },
      initial_amount: 0n,
    });
    await harness.ask({ ...created, org: OTHER_ORG, credential: OWNER });
    const shop = as('agent.register', { handle: 'shop', limits: [], funding: 'treasury', token_hash: 'hash' });
    expect(await harness.ask({ ...shop, org: OTHER_ORG })).toMatchObject({ kind: 'recorded' });
  }

  function clearing(changes: Partial<ConstructorParameters<typeof Clearing>[0]> = {}): Clearing {
    return new Clearing({
      partitions: () => harness.owner.partitions(),
      credit: (_org, command) => harness.ask(command),
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
    for (const org of [ORG, OTHER_ORG])
      for (const wallet of book(org).wallets.values()) sum += wallet.available + wallet.held;
    return sum;
  }

  /** What has left one book and not come into the other. */
  function between(): bigint {
    const out = book(ORG).wallets.get('clearing:out:USD')?.available ?? 0n;
    return out + (book(OTHER_ORG).wallets.get('clearing:in:USD')?.available ?? 0n);
  }

  async function payAbroad(handle = 'shop'): Promise<string> {
    const answer = await harness.ask(pay({ payee: { agent: handle, org: OTHER_ORG } }));
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
      credit: async (_org, command) => {
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
