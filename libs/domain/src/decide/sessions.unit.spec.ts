import { describe, expect, it } from '@jest/globals';
import { agentWallet } from '../accounts.js';
import { BookScenario, ONE } from '#testing';

describe('Shared sessions', () => {
  it('A11 given a budget, when exactly that is asked it passes, and one unit more is declined with the figures', () => {
    const book = new BookScenario();
    const session = book.session(10n);
    book.spend(3n, { session_id: session });
    book.hold(5n, { session_id: session });
    expect(book.tryHold(3n, { session_id: session })).toEqual({
      code: 'session_budget_exceeded',
      scope: { kind: 'session', id: session },
      asset: 'USD',
      limit: '10',
      spent: '3',
      held: '5',
      requested: '3',
      remaining: '2',
    });
    expect(book.tryHold(2n, { session_id: session })).toBeUndefined();
    expect(book.tryHold(1n, { session_id: session })).toMatchObject({ remaining: '0' });
  });

  it('A11 given a budget of 0, when anything is asked, then it is declined', () => {
    const book = new BookScenario();
    expect(book.trySpend(1n, { session_id: book.session(0n) })?.code).toBe('session_budget_exceeded');
    expect(book.refused(book.openSession(-1n)).code).toBe('amount_not_positive');
  });

  it.each([3, 32])(
    'A4 given a chain of %d sessions, when the leaf spends, then each counts it, and the tightest binds',
    (depth) => {
      const book = new BookScenario();
      const chain: string[] = [];
      for (let level = 0; level < depth; level++)
        chain.push(book.session(100n + BigInt(level), level === 0 ? {} : { parent_session_id: chain[level - 1]! }));
      const leaf = chain.at(-1)!;
      book.spend(60n, { session_id: leaf });
      const held = book.hold(40n, { session_id: leaf });
      for (const id of chain) expect(book.sessionOf(id)).toMatchObject({ spent: 60n, held: 40n });
      expect(book.tryHold(1n, { session_id: leaf })).toMatchObject({
        scope: { id: chain[0] },
        limit: '100',
        remaining: '0',
      });
      book.given({ type: 'payment.capture', payment_id: held, amount: 15n, final: true });
      for (const id of chain) expect(book.sessionOf(id)).toMatchObject({ spent: 75n, held: 0n });
    },
  );

  it('A4 given children whose budgets add up to more than their parent’s, when they spend, then the parent’s holds', () => {
    const book = new BookScenario();
    const root = book.session(10n);
    const children = [1, 2, 3, 4, 5].map(() => book.session(10n, { parent_session_id: root }));
    const outcomes = children.map((session_id) => book.tryHold(4n, { session_id })?.scope.id);
    expect(outcomes).toEqual([undefined, undefined, root, root, root]);
    expect(book.sessionOf(root).held).toBe(8n);
  });

  it('A4 given a child that is closed, when its parent is asked, then what the child spent still counts', () => {
    const book = new BookScenario();
    const root = book.session(10n);
    const child = book.session(10n, { parent_session_id: root });
    book.spend(7n, { session_id: child });
    book.given({ type: 'session.close', session_id: child });
    expect(book.tryHold(4n, { session_id: root })).toMatchObject({ spent: '7', remaining: '3' });
  });

  it('A3 given a scope that binds anywhere, when a payment is declined, then no scope keeps a hold of it', () => {
    const book = new BookScenario({ treasury: 50n });
    const root = book.session(100n);
    const middle = book.session(20n, { parent_session_id: root });
    const leaf = book.session(100n, { parent_session_id: middle });
    book.agent('worker');
    const figures = (): unknown => [
      book.wallet(),
      ...[root, middle, leaf].map((id) => [book.sessionOf(id).spent, book.sessionOf(id).held]),
      book.agentOf('worker').totals,
    ];
    const before = figures();
    expect(book.tryHold(21n, { session_id: leaf, agent: 'worker' })?.scope).toEqual({ kind: 'session', id: middle });
    expect(book.tryHold(51n, { session_id: root, agent: 'worker' })).toEqual({
      code: 'insufficient_funds',
      scope: { kind: 'wallet', id: expect.stringContaining('_usd') },
      asset: 'USD',
      limit: '50',
      spent: '0',
      held: '0',
      requested: '51',
      remaining: '50',
    });
    expect(figures()).toEqual(before);
    expect(book.log.slice(-2).map((event) => event.type)).toEqual(['payment.declined', 'payment.declined']);
  });

  it('A1 given money that is held, when more is asked than is free, then what is held is not promised twice', () => {
    const book = new BookScenario({ treasury: 10n });
    book.hold(6n);
    expect(book.tryHold(5n)).toMatchObject({ code: 'insufficient_funds', limit: '10', held: '6', remaining: '4' });
    expect(book.tryHold(4n)).toBeUndefined();
  });

  it('F5 given a session that is closed with open holds, then undispatched ones are voided and dispatched ones stay capturable', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(100n, { parent_session_id: root });
    const undispatched = book.hold(10n, { session_id: child });
    const dispatched = book.hold(20n, { session_id: child });
    const outside = book.hold(5n);
    book.given({ type: 'payment.dispatch', payment_id: dispatched });
    const from = book.log.length;
    book.given({ type: 'session.close', session_id: root });
    expect(book.typesSince(from)).toEqual(['payment.voided', 'session.closed', 'session.closed']);
    expect(book.state.payments.get(undispatched)).toBeUndefined();
    expect(book.state.payments.get(outside)).toBeDefined();
    expect(book.sessionOf(root)).toMatchObject({ spent: 0n, held: 20n, closed: true });
    expect(book.trySpend(1n, { session_id: child })).toMatchObject({ code: 'session_closed', scope: { id: child } });
    book.given({ type: 'payment.capture', payment_id: dispatched, amount: 20n, final: true });
    expect(book.sessionOf(root)).toMatchObject({ spent: 20n, held: 0n });
    expect(book.refused({ type: 'session.close', session_id: root }).code).toBe('session_not_open');
    expect(book.refused(book.openSession(1n, { parent_session_id: child })).code).toBe('parent_session_not_open');
  });

  it('F5 given a child that is closed already, when its parent is closed, then it is not closed again', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    book.given({ type: 'session.close', session_id: child });
    const from = book.log.length;
    book.given({ type: 'session.close', session_id: root });
    expect(book.typesSince(from)).toEqual(['session.closed']);
    expect(book.sessionOf(root).carved).toBe(0n);
  });

  it('F5 given a parent that is closed, when a child of another branch pays, then it passes', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const left = book.session(100n, { parent_session_id: root });
    const right = book.session(100n, { parent_session_id: root });
    book.given({ type: 'session.close', session_id: left });
    expect(book.trySpend(1n, { session_id: right })).toBeUndefined();
  });

  it('E1 given a session that expires, when its time comes, then it and those below take no payment, and none before', () => {
    const book = new BookScenario();
    const root = book.session(100n, { expires_in_ms: 1000 });
    const child = book.session(100n, { parent_session_id: root });
    book.passTime(999);
    expect(book.trySpend(1n, { session_id: child })).toBeUndefined();
    book.passTime(1);
    expect(book.trySpend(1n, { session_id: child })).toEqual({
      code: 'session_expired',
      scope: { kind: 'session', id: root },
    });
    expect(book.refused(book.openSession(1n, { parent_session_id: child })).code).toBe('parent_session_not_open');
    book.given({ type: 'session.change', session_id: root, expires_in_ms: null });
    expect(book.trySpend(1n, { session_id: child })).toBeUndefined();
  });

  it('E6 given a budget that is lowered below what is used, then nothing more passes; raised, it passes again', () => {
    const book = new BookScenario();
    const session = book.session(10n);
    book.spend(8n, { session_id: session });
    book.given({ type: 'session.change', session_id: session, budget: 5n });
    expect(book.trySpend(1n, { session_id: session })).toMatchObject({ limit: '5', spent: '8', remaining: '0' });
    book.given({ type: 'session.change', session_id: session, budget: 9n });
    expect(book.trySpend(1n, { session_id: session })).toBeUndefined();
    expect(book.refused({ type: 'session.change', session_id: session, budget: -1n }).code).toBe('amount_not_positive');
  });

  it('A12 given a session of one asset, when another is paid or a child of another is opened, then it is refused', () => {
    const book = new BookScenario();
    const session = book.session(ONE);
    expect(book.refused(book.payment(1n, { session_id: session, asset: 'JPY' })).code).toBe('asset_mismatch');
    expect(book.refused(book.openSession(1n, { parent_session_id: session, asset: 'JPY' })).code).toBe(
      'asset_mismatch',
    );
  });

  describe('with a wallet of their own', () => {
    it('D14 given the nearest session that names a wallet, when a payment is inside, then it draws on that', () => {
      const book = new BookScenario();
      const rich = agentWallet(book.agent('rich'), 'USD');
      book.spend(10n, { payee: { agent: 'rich' } });
      const root = book.session(100n, { wallet_id: rich });
      const child = book.session(100n, { parent_session_id: root });
      book.spend(4n, { session_id: child });
      expect(book.wallet(rich)).toEqual([6n, 0n]);
      expect(book.trySpend(7n, { session_id: child })).toMatchObject({
        code: 'insufficient_funds',
        scope: { id: rich },
      });
    });

    it('A12 given a wallet of another asset, an unknown one or the outside’s, when it is named, then it is refused', () => {
      const book = new BookScenario();
      const rich = agentWallet(book.agent('rich'), 'USD');
      book.spend(10n, { payee: { agent: 'rich' } });
      expect(book.refused(book.openSession(1n, { wallet_id: rich, asset: 'JPY' })).code).toBe('asset_mismatch');
      // An agent's in another asset, that no money has reached yet.
      const empty = agentWallet(book.agentOf('rich').id, 'JPY');
      for (const wallet_id of ['wal_unknown', 'external:USD', 'service:search:USD', empty])
        expect(book.refused(book.openSession(1n, { wallet_id })).code).toBe('wallet_not_found');
    });

    it('D14 given an agent that funds itself, when it pays, then its own wallet pays and the treasury does not', () => {
      const book = new BookScenario();
      const earner = book.agent('earner', { funding: 'own' });
      expect(book.trySpend(1n, { agent: 'earner' })?.code).toBe('insufficient_funds');
      book.spend(5n, { payee: { agent: 'earner' } });
      book.spend(3n, { agent: 'earner' });
      expect(book.wallet(agentWallet(earner, 'USD'))).toEqual([2n, 0n]);
      expect(book.wallet()).toEqual([1000n * ONE - 5n, 0n]);
    });
  });
});
