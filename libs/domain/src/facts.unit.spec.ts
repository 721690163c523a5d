import { describe, expect, it } from '@jest/globals';
import { boundKeyOf } from './events.js';
import { CycleFacts, finishedFrom } from './facts.js';
import { evolve } from './evolve/index.js';
import { Book, bookInfo, BookOverlay } from './state.js';
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
