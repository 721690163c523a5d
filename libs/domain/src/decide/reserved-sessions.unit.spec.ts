import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';

/** Budget, spent, held, carved. */
function figures(book: BookScenario, id: string): [bigint, bigint, bigint, bigint] {
  const { budget, spent, held, carved } = book.sessionOf(id);
  return [budget, spent, held, carved];
}

describe('Reserved sessions', () => {
  it('D13 given one is carved out, then its ancestors are charged once, and its payments charge them nothing more', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const middle = book.session(90n, { parent_session_id: root });
    const child = book.session(60n, { parent_session_id: middle, mode: 'reserved' });
    expect([figures(book, root), figures(book, middle)]).toEqual([
      [100n, 0n, 0n, 60n],
      [90n, 0n, 0n, 60n],
    ]);
    const payment = book.hold(50n, { session_id: child });
    expect(figures(book, middle)).toEqual([90n, 0n, 0n, 60n]);
    expect(figures(book, child)).toEqual([60n, 0n, 50n, 0n]);
    book.given({ type: 'payment.capture', payment_id: payment, amount: 20n, final: true });
    expect([figures(book, root), figures(book, middle), figures(book, child)]).toEqual([
      [100n, 20n, 0n, 40n],
      [90n, 20n, 0n, 40n],
      [60n, 20n, 0n, 0n],
    ]);
    expect(book.tryHold(41n, { session_id: child })).toMatchObject({ scope: { id: child }, remaining: '40' });
    expect(book.tryHold(40n, { session_id: child })).toBeUndefined();
    expect(book.tryHold(31n, { session_id: middle })).toMatchObject({
      scope: { id: middle },
      held: '40',
      remaining: '30',
    });
  });

  it('D13 given too little is left, when one is carved out, then it is refused by the ancestor that binds, and nothing is carved', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const middle = book.session(200n, { parent_session_id: root });
    book.hold(30n, { session_id: root });
    expect(book.refused(book.openSession(71n, { parent_session_id: middle, mode: 'reserved' }))).toMatchObject({
      code: 'reserved_budget_not_available',
      scope: { kind: 'session', id: root },
      limit: '100',
      held: '30',
      requested: '71',
      remaining: '70',
    });
    expect(figures(book, root)).toEqual([100n, 0n, 30n, 0n]);
    expect(book.when(book.openSession(70n, { parent_session_id: middle, mode: 'reserved' })).kind).toBe('record');
  });

  it('D13 given one inside another, then only the nearest reserved ancestor is charged, and spending reaches all', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const outer = book.session(50n, { parent_session_id: root, mode: 'reserved' });
    const shared = book.session(40n, { parent_session_id: outer });
    const inner = book.session(30n, { parent_session_id: shared, mode: 'reserved' });
    expect([root, outer, shared, inner].map((id) => figures(book, id)[3])).toEqual([50n, 30n, 30n, 0n]);
    book.spend(10n, { session_id: inner });
    expect([root, outer, shared, inner].map((id) => figures(book, id).slice(1))).toEqual([
      [10n, 0n, 40n],
      [10n, 0n, 20n],
      [10n, 0n, 20n],
      [10n, 0n, 0n],
    ]);
    expect(book.tryHold(21n, { session_id: outer })).toMatchObject({ scope: { id: outer }, remaining: '20' });
    expect(book.refused(book.openSession(11n, { parent_session_id: shared, mode: 'reserved' })).scope.id).toBe(shared);
  });

  it('D13 given one is closed, then what is neither spent nor dispatched returns upward at once, the rest when it is voided', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    book.spend(10n, { session_id: child });
    book.hold(5n, { session_id: child });
    const [captured, voided] = [book.hold(20n, { session_id: child }), book.hold(8n, { session_id: child })];
    for (const payment_id of [captured, voided]) book.given({ type: 'payment.dispatch', payment_id });
    expect(book.given({ type: 'session.close', session_id: child })).toMatchObject({
      type: 'session.closed',
      returned: '22',
    });
    expect(figures(book, root)).toEqual([100n, 10n, 0n, 28n]);
    book.given({ type: 'payment.capture', payment_id: captured, amount: 15n, final: true });
    expect(figures(book, root)).toEqual([100n, 25n, 0n, 8n]);
    book.given({ type: 'payment.void', payment_id: voided });
    expect(figures(book, root)).toEqual([100n, 25n, 0n, 0n]);
    expect(book.tryHold(75n, { session_id: root })).toBeUndefined();
  });

  it('D13 given nested ones with dispatched holds, when the root is closed, then each gives back what it can, deepest first', () => {
    const book = new BookScenario();
    const root = book.session(1000n);
    const outer = book.session(500n, { parent_session_id: root, mode: 'reserved' });
    const shared = book.session(400n, { parent_session_id: outer });
    const inner = book.session(300n, { parent_session_id: shared, mode: 'reserved' });
    book.spend(7n, { session_id: inner });
    const dispatched = book.hold(100n, { session_id: inner });
    book.hold(50n, { session_id: inner });
    book.hold(40n, { session_id: shared });
    book.given({ type: 'payment.dispatch', payment_id: dispatched });
    const from = book.log.length;
    book.given({ type: 'session.close', session_id: outer });
    expect(book.log.slice(from).map((event) => ('returned' in event ? event.returned : event.type))).toEqual([
      'payment.voided',
      'payment.voided',
      '193',
      '0',
      '393',
    ]);
    expect([root, outer, shared, inner].map((id) => figures(book, id).slice(1))).toEqual([
      [7n, 0n, 100n],
      [7n, 0n, 100n],
      [7n, 0n, 100n],
      [7n, 100n, 0n],
    ]);
    book.given({ type: 'payment.capture', payment_id: dispatched, amount: 60n, final: true });
    expect([root, outer, shared, inner].map((id) => figures(book, id).slice(1))).toEqual([
      [67n, 0n, 0n],
      [67n, 0n, 0n],
      [67n, 0n, 0n],
      [67n, 0n, 0n],
    ]);
  });

  it('D13 given an inner one is closed while the outer stays open, then a late void frees the outer and nothing above it', () => {
    const book = new BookScenario();
    const root = book.session(1000n);
    const outer = book.session(500n, { parent_session_id: root, mode: 'reserved' });
    const inner = book.session(300n, { parent_session_id: outer, mode: 'reserved' });
    const payment = book.hold(100n, { session_id: inner });
    book.given({ type: 'payment.dispatch', payment_id: payment });
    book.given({ type: 'session.close', session_id: inner });
    expect([figures(book, root), figures(book, outer)]).toEqual([
      [1000n, 0n, 0n, 500n],
      [500n, 0n, 0n, 100n],
    ]);
    book.given({ type: 'payment.void', payment_id: payment });
    expect([figures(book, root), figures(book, outer)]).toEqual([
      [1000n, 0n, 0n, 500n],
      [500n, 0n, 0n, 0n],
    ]);
  });

  it('D13 given nested ones that are all closed, when a dispatched hold is voided late, then every ancestor gets it back', () => {
    const book = new BookScenario();
    const root = book.session(1000n);
    const outer = book.session(500n, { parent_session_id: root, mode: 'reserved' });
    const inner = book.session(300n, { parent_session_id: outer, mode: 'reserved' });
    const payment = book.hold(100n, { session_id: inner });
    book.given({ type: 'payment.dispatch', payment_id: payment });
    book.given({ type: 'session.close', session_id: outer });
    expect([root, outer, inner].map((id) => figures(book, id).slice(1))).toEqual([
      [0n, 0n, 100n],
      [0n, 0n, 100n],
      [0n, 100n, 0n],
    ]);
    book.given({ type: 'payment.void', payment_id: payment });
    for (const id of [root, outer, inner]) expect(figures(book, id).slice(1)).toEqual([0n, 0n, 0n]);
  });

  it('D13 given no room is left above a reserved one, when a child is carved out of it, then only its own room counts', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const outer = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    book.hold(40n, { session_id: root });
    expect(book.when(book.openSession(60n, { parent_session_id: outer, mode: 'reserved' })).kind).toBe('record');
    expect(figures(book, root)).toEqual([100n, 0n, 40n, 60n]);
  });

  it('D13 given a refund, then it refills an open one and, where it is closed, its ancestors', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    const payment = book.spend(50n, { session_id: child });
    book.given({ type: 'payment.refund', payment_id: payment, amount: 20n });
    expect([figures(book, root), figures(book, child)]).toEqual([
      [100n, 30n, 0n, 30n],
      [60n, 30n, 0n, 0n],
    ]);
    book.given({ type: 'session.close', session_id: child });
    book.given({ type: 'payment.refund', payment_id: payment });
    expect([figures(book, root), figures(book, child)]).toEqual([
      [100n, 0n, 0n, 0n],
      [60n, 0n, 0n, 0n],
    ]);
  });

  it('D13 given what it has used, when its budget is lowered below, then it is refused; raised, room is needed above', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    book.spend(10n, { session_id: child });
    book.hold(20n, { session_id: child });
    expect(book.refused({ type: 'session.change', session_id: child, budget: 29n })).toMatchObject({
      code: 'reserved_budget_below_used',
      spent: '10',
      held: '20',
      requested: '29',
    });
    book.given({ type: 'session.change', session_id: child, budget: 30n });
    expect(figures(book, root)).toEqual([100n, 10n, 0n, 20n]);
    book.hold(60n, { session_id: root });
    expect(book.refused({ type: 'session.change', session_id: child, budget: 41n }).code).toBe(
      'reserved_budget_not_available',
    );
    expect(book.refused({ type: 'topup', target: { session_id: child }, amount: 11n, asset: 'USD' }).code).toBe(
      'reserved_budget_not_available',
    );
    book.given({ type: 'topup', target: { session_id: child }, amount: 10n, asset: 'USD' });
    expect([figures(book, root), figures(book, child)]).toEqual([
      [100n, 10n, 60n, 30n],
      [40n, 10n, 20n, 0n],
    ]);
  });

  it('D13 given one at the root, then it carves nothing and caps as any other', () => {
    const book = new BookScenario();
    const root = book.session(10n, { mode: 'reserved' });
    expect(book.tryHold(11n, { session_id: root })?.code).toBe('session_budget_exceeded');
    book.hold(10n, { session_id: root });
    expect(book.given({ type: 'session.close', session_id: root })).toMatchObject({ returned: '10' });
  });

  describe('when its time is over', () => {
    const start = (fields: Parameters<BookScenario['session']>[1] = {}) => {
      const book = new BookScenario();
      const root = book.session(100n);
      const child = book.session(60n, { parent_session_id: root, mode: 'reserved', expires_in_ms: 1_000, ...fields });
      return { book, root, child };
    };

    it('B1 given it has spent in part, then it is closed and the rest returns upward, and not before', () => {
      const { book, root, child } = start();
      book.spend(20n, { session_id: child });
      book.passTime(999);
      book.lapse();
      expect(figures(book, root)).toEqual([100n, 20n, 0n, 40n]);
      book.passTime(1);
      book.lapse();
      expect(book.log.at(-1)).toMatchObject({
        type: 'session.closed',
        session_id: child,
        returned: '40',
        reason: 'expired',
        by: 'owner',
      });
      expect(figures(book, root)).toEqual([100n, 20n, 0n, 0n]);
      expect(book.tryHold(80n, { session_id: root })).toBeUndefined();
      expect(book.replayed().sessions.get(child)).toEqual(book.sessionOf(child));
    });

    it('D12 given holds inside, then those not dispatched are voided, and what is dispatched returns when it ends', () => {
      const { book, root, child } = start();
      const inner = book.session(30n, { parent_session_id: child, mode: 'reserved' });
      const [dispatched, held] = [book.hold(15n, { session_id: child }), book.hold(10n, { session_id: inner })];
      book.given({ type: 'payment.dispatch', payment_id: dispatched });
      const before = book.log.length;
      book.passTime(1_000);
      book.lapse();
      expect(book.typesSince(before)).toEqual(['payment.voided', 'session.closed', 'session.closed']);
      expect(book.log[before]).toMatchObject({ payment_id: held, reason: 'session_closed' });
      expect(figures(book, root)).toEqual([100n, 0n, 0n, 15n]);
      book.given({ type: 'payment.capture', payment_id: dispatched, amount: 5n, final: true });
      expect(figures(book, root)).toEqual([100n, 5n, 0n, 0n]);
    });

    it('B1 given nobody has written it yet, then it cannot be revived, topped up or paid in', () => {
      const { book, child } = start();
      book.passTime(1_000);
      const notOpen = { code: 'session_not_open', scope: { kind: 'session', id: child } };
      expect(book.refused({ type: 'session.change', session_id: child, expires_in_ms: 5_000 })).toMatchObject(notOpen);
      expect(book.refused({ type: 'session.change', session_id: child, expires_in_ms: null })).toMatchObject(notOpen);
      const topup = { type: 'topup', target: { session_id: child }, amount: 5n, asset: 'USD' } as const;
      expect(book.refused(topup)).toMatchObject(notOpen);
      expect(book.tryHold(1n, { session_id: child })).toMatchObject({ code: 'session_expired' });
      book.lapse();
      expect(book.tryHold(1n, { session_id: child })).toMatchObject({ code: 'session_closed' });
    });

    it('B1 given more time, or no end, before it is over, then it lapses at its new time, or never', () => {
      const { book, child } = start();
      book.given({ type: 'session.change', session_id: child, expires_in_ms: 3_000 });
      book.passTime(2_999);
      book.lapse();
      expect(book.sessionOf(child).closed).toBe(false);
      book.given({ type: 'session.change', session_id: child, expires_in_ms: null });
      book.passTime(1_000_000);
      book.lapse();
      expect(book.sessionOf(child).closed).toBe(false);
    });

    it('B1 given it was closed before, or with one above it, then nothing more is recorded', () => {
      const { book, child } = start();
      book.session(10n, { parent_session_id: child, mode: 'reserved', expires_in_ms: 1_000 });
      book.passTime(1_000);
      book.lapse();
      const before = book.log.length;
      book.lapse();
      expect(book.typesSince(before)).toEqual([]);
    });

    it('D13 given a shared session, then it keeps nothing from anybody, is not closed, and may be given more time', () => {
      const { book, root, child } = start({ mode: 'shared' });
      book.passTime(1_000);
      book.lapse();
      expect(book.sessionOf(child).closed).toBe(false);
      expect(figures(book, root)).toEqual([100n, 0n, 0n, 0n]);
      book.given({ type: 'session.change', session_id: child, expires_in_ms: 5_000 });
      expect(book.tryHold(1n, { session_id: child })).toBeUndefined();
    });
  });
});
