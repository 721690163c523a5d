import { describe, expect, it } from '@jest/globals';
import { BookScenario, ONE, OWNER, SCENARIO_ORG } from '#testing';
import { creditedFrom, CycleFacts, finishedFrom } from './facts.js';

const OTHER_ORG = `org_${'7'.repeat(32)}`;
const PAYMENT = `pay_${'5'.repeat(32)}`;

/** A book in which another org's payment was credited, spent, refunded in part, refused a refund, and one refund has ended. */
function credited(): { book: BookScenario; agent_id: string } {
  const book = new BookScenario();
  const agent_id = book.agent('shop', { funding: 'own' });
  book.given({
    type: 'clearing.credit',
    credential: OWNER,
    key: 'k',
    fingerprint: '',
    source: { source_org: OTHER_ORG, payment: PAYMENT, handle: 'stranger' },
    payee: 'shop',
    amount: ONE,
    asset: 'USD',
  });
  const first = book.given({ type: 'payment.refund', payment_id: PAYMENT, amount: 3n }) as { refund_id?: string };
  book.given({ type: 'clearing.settle_return', credential: OWNER, refund_id: first.refund_id! });
  book.given({ type: 'payment.refund', payment_id: PAYMENT, amount: 4n });
  book.spend(ONE - 7n, { agent: 'shop' });
  book.refused({ type: 'payment.refund', payment_id: PAYMENT, amount: 1n });
  return { book, agent_id };
}

describe('What is known of a payment that another org has made to an agent here', () => {
  it('D15 given each of its events, then it is what was credited, by whom, to whom and when, and what was given back', () => {
    const { book, agent_id } = credited();
    const events = book.log.filter((event) => event.type.startsWith('clearing.'));
    expect(events.map((event) => event.type.slice('clearing.'.length))).toEqual([
      'credited',
      'refunded',
      'returned',
      'refunded',
      'refund_refused',
    ]);
    const after = events.map((_event, index) => creditedFrom(events.slice(0, index + 1), SCENARIO_ORG));
    expect(after.map((credit) => credit?.refunded)).toEqual([0n, 3n, 3n, 7n, 7n]);
    expect(after[0]).toStrictEqual({
      source: { source_org: OTHER_ORG, payment: PAYMENT, handle: 'stranger' },
      payee: { agent_id, handle: 'shop' },
      asset: 'USD',
      credited: ONE,
      credited_at: events[0]!.time,
      refunded: 0n,
    });
    expect(after.at(-1)).toStrictEqual({ ...after[0], refunded: 7n });
  });

  it('D15 F7 given events of another book, or none, then there was no credit', () => {
    const { book } = credited();
    expect(creditedFrom(book.log, OTHER_ORG)).toBeNull();
    expect(creditedFrom([], SCENARIO_ORG)).toBeNull();
    const refunds = book.log.filter((event) => event.type === 'clearing.refunded');
    expect(creditedFrom(refunds, SCENARIO_ORG)).toBeNull();
  });

  it('D1 D17 given a cycle that credits and refunds it, then the next command of the cycle knows what has been given back', () => {
    const { book } = credited();
    const facts = new CycleFacts();
    const known = book.log.map((event) => {
      facts.note(event, '0:1');
      return facts.creditedPayment(PAYMENT);
    });
    expect(known.map((credit) => credit?.refunded).filter((refunded) => refunded !== undefined)).toEqual([
      ...[0n, 3n, 3n, 7n],
      // The payee's own payment and the refund that was refused change nothing.
      ...[7n, 7n],
    ]);
    expect(facts.creditedPayment(PAYMENT)).toStrictEqual(creditedFrom(book.log, SCENARIO_ORG));
    expect(facts.creditedPayment('pay_x')).toBeUndefined();
    expect(facts.decidedPayments()).toHaveLength(1);
  });

  it('D15 given a credit that was looked for, when it is refunded in the cycle, then that is added to what was loaded', () => {
    const { book } = credited();
    const [credit, refund] = [
      creditedFrom(book.log.slice(0, -5), SCENARIO_ORG),
      book.log.findLast((event) => event.type === 'clearing.refunded')!,
    ];
    expect(credit).toMatchObject({ refunded: 0n });
    const facts = new CycleFacts();
    facts.learnCredit('pay_none', null);
    facts.learnCredit(PAYMENT, credit);
    facts.note(refund, '0:1');
    expect([facts.creditedPayment(PAYMENT)?.refunded, facts.creditedPayment('pay_none')]).toEqual([7n, null]);
  });
});

describe('What is known of a payment of this book', () => {
  it('D15 D4 given one to another org, then the word that it was credited there changes nothing of how its hold ended', () => {
    const book = new BookScenario();
    const payment_id = book.spend(9n, { payee: { agent: 'shop', org: OTHER_ORG } });
    const payee = { agent_id: `agt_${'6'.repeat(32)}`, handle: 'shop' };
    book.given({ type: 'clearing.settle', credential: OWNER, payment_id, outcome: { credited: payee } });
    expect(book.log.at(-1)).toMatchObject({ type: 'clearing.settled', payment_id });
    expect(finishedFrom(book.log)).toMatchObject({ status: 'captured', captured: 9n });
  });

  it('D9 given a refund in the cycle of its payment, then it is still the payment that is known, with its labels', () => {
    const book = new BookScenario();
    const payment_id = book.spend(9n, { labels: { for: 'tea' } });
    const [paid] = book.log.slice(-1);
    book.given({ type: 'payment.refund', payment_id, amount: 4n });
    const facts = new CycleFacts();
    for (const event of book.log.slice(-2)) facts.note(event, '0:1');
    expect(facts.finishedPayment(payment_id)).toStrictEqual({
      details: paid,
      status: 'captured',
      captured: 9n,
      refunded: 4n,
    });
  });

  it('D4 given its last events only, then a refund alone tells what was captured and what came back', () => {
    const book = new BookScenario();
    book.given({ type: 'payment.refund', payment_id: book.spend(9n), amount: 4n });
    const [refund] = book.log.slice(-1);
    expect(finishedFrom([refund!])).toStrictEqual({
      details: refund,
      status: 'captured',
      captured: 9n,
      refunded: 4n,
    });
  });

  it('C1 given a key without a fingerprint, when it is bound in the cycle, then its fingerprint is empty', () => {
    const book = new BookScenario();
    const event = book.given({ ...book.openSession(1n), key: 'k' });
    const { fingerprint: _fingerprint, ...bare } = event;
    const facts = new CycleFacts();
    facts.note(bare, '1:2');
    expect(facts.boundKey(SCENARIO_ORG, 'k')).toStrictEqual({ fingerprint: '', event: bare, position: '1:2' });
  });
});
