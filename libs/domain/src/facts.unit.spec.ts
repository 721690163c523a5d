import { describe, expect, it } from '@jest/globals';
import { boundKeyOf, isPaymentEvent, type BookEvent } from './events/index.js';
import { CycleFacts, finishedFrom, usageChange } from './facts.js';
import { evolve } from './evolve/index.js';
import { Book, bookInfo, BookOverlay } from './state/index.js';
import { BookScenario, dumpBook } from '#testing';

describe('Facts of a cycle', () => {
  it('C1 given a key bound in this cycle, when it is asked again, then it is known without the log', () => {
    const book = new BookScenario();
    const event = book.given(book.payment(1n, { key: 'k', fingerprint: 'f', capture: true }));
    const { scope } = boundKeyOf(event)!;
    const facts = new CycleFacts();
    expect(facts.boundKey(scope, 'k')).toBeUndefined();
    facts.note(event, '3:7');
    expect(facts.boundKey(scope, 'k')).toEqual({ fingerprint: 'f', event, position: '3:7' });
  });

  it('C1 given a payment refunded in this cycle, when it is refunded again, then what came back is known', () => {
    const book = new BookScenario();
    const payment = book.spend(10n);
    book.given({ type: 'payment.refund', payment_id: payment, amount: 4n });
    const facts = new CycleFacts();
    for (const event of book.log) facts.note(event, '0:1');
    expect(facts.finishedPayment(payment)).toMatchObject({ status: 'captured', captured: 10n, refunded: 4n });
    expect(facts.decidedPayments().map((event) => event.type)).toEqual(['payment.transferred', 'payment.refunded']);
  });

  it('D6 given what was learned of a cycle, then it is told apart by scope, key, payment and question', () => {
    const facts = new CycleFacts();
    const event = { type: 'payment.voided' } as BookEvent;
    const bound = { fingerprint: 'f', event, position: '1:1' };
    facts.learnKey('a', 'k', bound);
    facts.learnKey('a', 'none', null);
    expect([facts.boundKey('a', 'k'), facts.boundKey('a', 'none')]).toEqual([bound, null]);
    expect([facts.boundKey('b', 'k'), facts.boundKey('a', 'l')]).toEqual([undefined, undefined]);
    facts.learnPayment('pay_none', null);
    expect([facts.finishedPayment('pay_none'), facts.finishedPayment('pay_x')]).toEqual([null, undefined]);
    const question = { scope: { kind: 'agent', id: 'agt_1' }, asset: 'USD', since: 5 } as const;
    const totals = { spent: 1n, held: 2n, count: 3 };
    facts.learnUsage(question, totals);
    expect(facts.usage({ ...question })).toEqual(totals);
    for (const other of [
      { ...question, scope: { kind: 'session', id: 'agt_1' } } as const,
      { ...question, scope: { kind: 'agent', id: 'agt_2' } } as const,
      { ...question, asset: 'JPY' } as const,
      { ...question, since: 6 },
      { ...question, service: 'search' },
      { ...question, payee: 'search' },
    ])
      expect(facts.usage(other)).toBeUndefined();
    expect(facts.decidedPayments()).toEqual([]);
  });

  it('D6 given an event without a key, then it binds none', () => {
    const book = new BookScenario();
    book.spend(1n);
    expect(boundKeyOf(book.log.at(-1)!)).toBeUndefined();
  });

  it('C1 given what is known not to be, then events that say nothing of it leave it known', () => {
    const book = new BookScenario();
    const payment_id = book.hold(1n);
    const facts = new CycleFacts();
    facts.learnPayment(payment_id, null);
    facts.note(book.log.at(-1)!, '0:1');
    expect(facts.finishedPayment(payment_id)).toBeNull();
    facts.learnCredit('pay_credited', null);
    facts.note({ type: 'clearing.returned', payment_id: 'pay_credited' } as BookEvent, '0:2');
    expect(facts.creditedPayment('pay_credited')).toBeNull();
  });

  it('D5 given each event of a payment, then it changes what is spent, held and counted by what it moved', () => {
    const book = new BookScenario();
    book.agent('worker', { approval_above: { amount: '50', asset: 'USD' } });
    const worker = { agent: 'worker' };
    const from = book.log.length;
    const parts = book.hold(10n, worker);
    book.given({ type: 'payment.capture', payment_id: parts, amount: 4n, final: false });
    book.given({ type: 'payment.void', payment_id: parts });
    const voided = book.hold(10n, { ...worker, expires_in_ms: 5000 });
    book.given({ type: 'payment.extend', payment_id: voided, expires_in_ms: 6000 });
    book.passTime(6000);
    book.lapse();
    book.given({ type: 'payment.refund', payment_id: book.spend(10n, worker), amount: 3n });
    const dispatched = book.hold(10n, worker);
    book.given({ type: 'payment.dispatch', payment_id: dispatched });
    book.passTime(60_000);
    book.lapse();
    book.given({ type: 'payment.capture', payment_id: dispatched, amount: 7n, final: true });
    book.given({ type: 'approval.approve', approval_id: book.hold(60n, worker).replace('pay_', 'apr_') });
    book.trySpend(10n ** 12n, worker);
    const changes = book.log
      .slice(from)
      .filter(isPaymentEvent)
      .map((event) => {
        const { spent, held, count } = usageChange(event);
        return [event.type.slice('payment.'.length), Number(spent), Number(held), count];
      });
    expect(changes).toEqual([
      ['authorized', 0, 10, 1],
      ['captured', 4, -4, 0],
      ['voided', 0, -6, 0],
      ['authorized', 0, 10, 1],
      ['extended', 0, 0, 0],
      ['expired', 0, -10, -1],
      ['transferred', 10, 0, 1],
      ['refunded', -3, 0, 0],
      ['authorized', 0, 10, 1],
      ['dispatched', 0, 0, 0],
      ['outcome_unknown', 0, 0, 0],
      ['captured', 7, -10, 0],
      ['pending_approval', 0, 60, 1],
      ['approved', 0, 0, 0],
      ['declined', 0, 0, 0],
    ]);
  });

  it('D4 given a payment at each of its events, then it has ended exactly when nothing of it is held, and says how', () => {
    const book = new BookScenario();
    const story = (payment_id: string): (string | undefined)[] => {
      const events = book.log.filter((event) => 'payment_id' in event && event.payment_id === payment_id);
      return events.map((_event, index) => {
        const finished = finishedFrom(events.slice(0, index + 1));
        return finished ? `${finished.status} ${finished.captured} ${finished.refunded}` : undefined;
      });
    };
    const parts = book.hold(10n);
    book.given({ type: 'payment.capture', payment_id: parts, amount: 4n, final: false });
    book.given({ type: 'payment.dispatch', payment_id: parts });
    book.given({ type: 'payment.void', payment_id: parts });
    book.given({ type: 'payment.refund', payment_id: parts, amount: 3n });
    book.given({ type: 'payment.refund', payment_id: parts });
    expect(story(parts)).toEqual([undefined, undefined, undefined, 'captured 4 0', 'captured 4 3', 'captured 4 4']);

    const lapsed = book.hold(10n, { expires_in_ms: 1000 });
    book.given({ type: 'payment.extend', payment_id: lapsed, expires_in_ms: 2000 });
    book.passTime(2000);
    book.when({ type: 'payment.capture', payment_id: lapsed, final: true });
    expect(story(lapsed)).toEqual([undefined, undefined, undefined, 'expired 0 0']);

    book.agent('shop', { funding: 'own' });
    const toShop = book.spend(10n, { payee: { agent: 'shop' } });
    book.spend(10n, { agent: 'shop' });
    book.when({ type: 'payment.refund', payment_id: toShop });
    expect(story(toShop)).toEqual(['captured 10 0', 'captured 10 0']);

    book.trySpend(10n ** 12n);
    expect(story((book.log.at(-1) as { payment_id?: string }).payment_id!)).toEqual(['declined 0 0']);
  });

  it('D9 given a payment that is refunded, then what is known of it is its first event, not the refund’s', () => {
    const book = new BookScenario();
    const payment_id = book.spend(10n, { labels: { a: 'b' } });
    const [transferred] = book.log.slice(-1);
    book.given({ type: 'payment.refund', payment_id, amount: 1n });
    expect(book.facts.finishedPayment(payment_id)?.details).toEqual(transferred);
  });

  it('D4 given a payment’s events from the log, when they are folded, then they tell how its hold ended', () => {
    const book = new BookScenario();
    const [open, voided, captured] = [book.hold(3n), book.hold(3n), book.hold(3n)];
    book.given({ type: 'payment.void', payment_id: voided });
    book.given({ type: 'payment.capture', payment_id: captured, amount: 2n, final: true });
    const eventsOf = (id: string) => book.log.filter((event) => 'payment_id' in event && event.payment_id === id);
    expect(finishedFrom(eventsOf(open))).toBeNull();
    expect(finishedFrom(eventsOf(voided))).toMatchObject({ status: 'voided', captured: 0n });
    expect(finishedFrom(eventsOf(captured))).toMatchObject({ status: 'captured', captured: 2n, refunded: 0n });
    expect(finishedFrom([])).toBeNull();
  });
});

describe('Overlays', () => {
  it('D2 given what a cycle decided, when it is discarded, then the book is as before; merged, it is as if decided on it', () => {
    const book = new BookScenario();
    const session = book.session(100n);
    const before = dumpBook(book.state);
    const decision = book.consider(book.payment(5n, { session_id: session }));
    if (decision.kind !== 'record') throw new Error('expected a record');
    const overlay = new BookOverlay(book.state);
    for (const event of decision.events) evolve(overlay, event);
    expect(overlay.sessions.get(session)?.held).toBe(5n);
    expect(dumpBook(book.state)).toBe(before);
    overlay.discard();
    expect(dumpBook(book.state)).toBe(before);
    for (const event of decision.events) evolve(overlay, event);
    overlay.merge();
    const direct = book.replayed();
    for (const event of decision.events) evolve(direct, event);
    expect(dumpBook(book.state)).toBe(dumpBook(direct));
  });

  it('D2 given an agent that was changed and then charged above the book, when that is dropped, then its figures stand', () => {
    const book = new BookScenario();
    const day = { of: 'amount', per: 'day', maximum: '100', asset: 'USD' } as const;
    book.agent('worker', { limits: [day] });
    book.spend(5n, { agent: 'worker' });
    const before = dumpBook(book.state);
    const overlay = new BookOverlay(book.state);
    const decide = (fields: Parameters<typeof book.consider>[0]): void => {
      const decision = book.consider(fields);
      if (decision.kind !== 'record') throw new Error('expected a record');
      for (const event of decision.events) {
        evolve(overlay, { ...event, sequence: bookInfo(overlay).sequence + 1 });
      }
    };
    decide({ type: 'agent.change', agent: 'worker', limits: [{ ...day, maximum: '90' }] });
    decide({ type: 'agent.freeze', agent: 'worker', reason: 'a pause' });
    decide(book.payment(7n, { capture: true, agent: 'worker' }));
    expect(overlay.agents.get(book.agentOf('worker').id)!.totals.USD!.spent).toBe(12n);
    expect(dumpBook(book.state)).toBe(before);
    overlay.discard();
    expect(dumpBook(book.state)).toBe(before);
  });

  it('D2 given entries that were changed, deleted and added above a table, when all are read, then each is seen once', () => {
    const book = new BookScenario();
    const [kept, changed, ended] = [book.hold(1n), book.hold(2n), book.hold(3n)];
    const overlay = new BookOverlay(book.state);
    const ids = (): string[] => [...overlay.payments.values()].map((payment) => payment.id).toSorted();
    expect(ids()).toEqual([kept, changed, ended].toSorted());
    overlay.payments.set(changed, { ...overlay.payments.get(changed)!, held: 1n });
    overlay.payments.delete(ended);
    overlay.payments.set('pay_new', { ...overlay.payments.get(changed)!, id: 'pay_new' });
    expect(ids()).toEqual([kept, changed, 'pay_new'].toSorted());
    expect(overlay.payments.get(ended)).toBeUndefined();
  });

  it('D8 given an event that does not follow the last, when it is folded, then it throws: the log would be wrong', () => {
    const book = new BookScenario();
    expect(() => evolve(book.state, book.log[0]!)).toThrow('does not follow');
    expect(() => evolve(new Book(), book.log[1]!)).toThrow('does not follow');
  });
});
