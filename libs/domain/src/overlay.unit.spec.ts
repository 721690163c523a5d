import { describe, expect, it } from '@jest/globals';
import { BookScenario, dumpBook, limit, OWNER } from '#testing';
import { Book, BookOverlay, type BookState } from './state/index.js';
import { BaseTable, OverlayTable } from './table.js';

const OTHER_ORG = `org_${'7'.repeat(32)}`;

/** A book with something in every table. */
function full(): BookScenario {
  const book = new BookScenario();
  const limits = [limit('day', 100n)];
  book.given({ type: 'organization.change', limits });
  book.agent('worker', {
    limits,
    breakers: { limits: [limit('hour', 50n)] },
    approval_above: { amount: '20', asset: 'USD' },
  });
  book.agent('shop');
  const address = `0x${'a'.repeat(40)}`;
  book.given({ type: 'agent.register_address', agent: 'shop', address, proof: { signature: '0x' } });
  const session_id = book.session(100n, { limits });
  book.spend(5n, { agent: 'worker', session_id });
  book.spend(1n, { agent: 'seen' });
  book.spend(1n, { payee: { agent: 'shop', org: OTHER_ORG } });
  book.hold(21n, { agent: 'worker' });
  book.given({
    type: 'grant.create',
    agent: 'worker',
    payee: { service: 'search' },
    limit: limit('day', 9n),
  });
  book.given({
    type: 'clearing.credit',
    credential: OWNER,
    key: 'k',
    fingerprint: '',
    source: { source_org: OTHER_ORG, payment: 'pay_theirs', handle: 'stranger' },
    payee: 'shop',
    amount: 5n,
    asset: 'USD',
  });
  book.given({ type: 'payment.refund', payment_id: 'pay_theirs', amount: 1n });
  return book;
}

const TABLES = [
  'book',
  'organizations',
  'keys',
  'agents',
  'handles',
  'addresses',
  'sessions',
  'wallets',
  'payments',
  'approvals',
  'grants',
  'clearings',
  'returns',
] as const satisfies (keyof BookState)[];

/** Changes in place whatever `evolve` may: every field, every figure, every list of an entry. */
function spoil(entry: object): void {
  const fields = entry as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'totals') (value as Record<string, unknown>)['USD'] = { spent: 0n, held: 0n, count: 77 };
    else if (name === 'breakers') spoil(value as object);
    else if (name === 'limit') spoil(value as object);
    else if (name === 'limits' || name === 'first_use_limits') for (const one of value as object[]) spoil(one);
    else if (name === 'usages') (value as unknown[]).push({ start: 0, end: 1, spent: 7n, held: 7n, count: 7 });
    if (name === 'limits' || name === 'first_use_limits') (value as unknown[]).pop();
    if (typeof value !== 'object') fields[name] = 'spoiled';
  }
}

describe('What stands above a book', () => {
  it.each(TABLES)(
    'D2 given an entry of %s that is changed there in every part, then the book has it as it was',
    (name) => {
      const { state } = full();
      const before = dumpBook(state);
      const overlay = new BookOverlay(state);
      const table = overlay[name];
      const ids = [...table.entries()].map(([id]) => id);
      expect(ids.length).toBeGreaterThan(0);
      for (const id of ids) {
        expect(table.edit(id)).toEqual(state[name].get(id));
        spoil(table.edit(id)!);
        expect(table.get(id)).not.toEqual(state[name].get(id));
      }
      expect(dumpBook(state)).toBe(before);
      overlay.discard();
      for (const id of ids) expect(table.get(id)).toEqual(state[name].get(id));
    },
  );

  it.each(TABLES)(
    'D2 given an entry of %s that is deleted and one that is new, when it is merged, then the book is so',
    (name) => {
      const { state } = full();
      const overlay = new BookOverlay(state);
      const [id, entry] = [...overlay[name].entries()][0]!;
      overlay[name].delete(id);
      (overlay[name] as OverlayTable<object>).set('new', entry);
      expect([overlay[name].get(id), overlay[name].edit(id), overlay[name].get('new')]).toEqual([
        undefined,
        undefined,
        entry,
      ]);
      expect([state[name].get(id), state[name].get('new')]).toEqual([entry, undefined]);
      overlay.merge();
      expect([state[name].get(id), state[name].get('new')]).toEqual([undefined, entry]);
    },
  );

  it('D2 given a change that was merged, when what comes after it is discarded, then it stays; merged twice it is there once', () => {
    const base = new BaseTable<{ count: number }>();
    const overlay = new OverlayTable(base, (value) => ({ ...value }));
    overlay.set('a', { count: 1 });
    overlay.set('b', { count: 1 });
    overlay.merge();
    overlay.edit('a')!.count = 2;
    overlay.delete('b');
    overlay.discard();
    expect([...overlay.entries()]).toEqual([
      ['a', { count: 1 }],
      ['b', { count: 1 }],
    ]);
    base.set('a', { count: 3 });
    overlay.merge();
    expect([base.get('a'), base.size]).toEqual([{ count: 3 }, 2]);
  });

  it('D2 given entries that are changed, deleted and added there, when all are told with their ids, then each is there once', () => {
    const base = new BaseTable<{ count: number }>();
    for (const [id, count] of [
      ['kept', 1],
      ['changed', 2],
      ['deleted', 3],
    ] as const)
      base.set(id, { count });
    const overlay = new OverlayTable(base, (value) => ({ ...value }));
    overlay.edit('changed')!.count = 5;
    expect(overlay.edit('changed')!.count).toBe(5);
    overlay.delete('deleted');
    overlay.set('added', { count: 4 });
    expect(Object.fromEntries(overlay.entries())).toEqual({
      kept: { count: 1 },
      changed: { count: 5 },
      added: { count: 4 },
    });
    expect([...overlay.entries()]).toHaveLength(3);
    expect(new Set([...overlay.values()].map(({ count }) => count))).toEqual(new Set([1, 4, 5]));
    expect([...overlay.entries()].map(([id]) => id)).toContain('kept');
    expect([overlay.get('none'), overlay.edit('none')]).toEqual([undefined, undefined]);
    expect([...base.values()].map(({ count }) => count)).toEqual([1, 2, 3]);
  });

  it('D3 given an overlay above an overlay, when the upper one is merged, then the lower one has it and the book has not', () => {
    const book = new Book();
    const lower = new BookOverlay(book);
    const upper = new BookOverlay(lower);
    upper.handles.set('worker', { id: 'worker', agent_id: 'agt_1' });
    upper.merge();
    expect([lower.handles.get('worker')?.agent_id, book.handles.get('worker')]).toEqual(['agt_1', undefined]);
  });
});
