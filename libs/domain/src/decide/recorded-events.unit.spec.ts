import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, OWNER, SCENARIO_ORG, SCENARIO_START } from '#testing';
import { treasuryWallet } from '../accounts.js';
import type { BookEvent } from '../events/index.js';

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');
const HELD = `${TREASURY}:held`;
const SEARCH = 'service:search:USD';
const DAY = [Date.UTC(2026, 2, 4), Date.UTC(2026, 2, 5)] as const;

/** A book whose agent has every kind of limit, in two assets and on two payees. */
function told(): { book: BookScenario; agent: string; since: number } {
  const book = new BookScenario({ treasury: 100n });
  const agent = book.agent('worker', {
    limits: [
      limit('payment', 50n),
      limit('day', 50n),
      limit('day', 50n, { asset: 'JPY' }),
      limit('day', 50n, { service: 'search' }),
      limit('day', 50n, { service: 'maps' }),
      limit('lifetime', 90n),
    ],
  });
  return { book, agent, since: book.log.length };
}

const windowsOf = (agent: string) => [
  [agent, 'amount:day:USD', ...DAY],
  [agent, 'amount:day:USD:service=search', ...DAY],
];

const posting = (debit: string, credit: string, amount: string) => ({ debit, credit, amount, asset: 'USD' });

/** What every event of the payment says, but its number, its time and who acted. */
const detailsOf = (book: BookScenario, agent: string, payment_id: string) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: expect.any(Number),
  time: book.now,
  by: 'key_admin',
  payment_id,
  amount: '10',
  asset: 'USD',
  payer: { agent_id: agent, handle: 'worker', wallet_id: TREASURY },
  payee: { service: 'search' },
  protocol: 'direct',
  labels: {},
  category: 'tools',
  authorized_at: SCENARIO_START,
});

describe('What the log says of a payment is all of it and nothing else', () => {
  const paid = { agent: 'worker', category: 'tools' };
  const sinceThen = (book: BookScenario, since: number): BookEvent[] => book.log.slice(since);

  it('D7 D5 given a hold that is captured in parts, then each event says who, what and where, and which windows count it', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.given({ type: 'payment.capture', payment_id, amount: 4n, final: false });
    book.given({ type: 'payment.capture', payment_id, final: true });
    const details = detailsOf(book, agent, payment_id);
    expect(sinceThen(book, since)).toStrictEqual([
      {
        type: 'payment.authorized',
        ...details,
        postings: [posting(TREASURY, HELD, '10')],
        windows: windowsOf(agent),
        policy: since,
        expires_at: book.now + 900_000,
      },
      {
        type: 'payment.captured',
        ...details,
        postings: [posting(HELD, SEARCH, '4')],
        captured: '4',
        released: '0',
        captured_total: '4',
        final: false,
      },
      {
        type: 'payment.captured',
        ...details,
        postings: [posting(HELD, SEARCH, '6')],
        captured: '6',
        released: '0',
        captured_total: '10',
        final: true,
      },
    ]);
  });

  it('D7 given a hold that came to nothing, then its capture moves only what is released', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.given({ type: 'payment.capture', payment_id, amount: 0n, final: true });
    expect(sinceThen(book, since).slice(1)).toStrictEqual([
      {
        type: 'payment.captured',
        ...detailsOf(book, agent, payment_id),
        postings: [posting(HELD, TREASURY, '10')],
        captured: '0',
        released: '10',
        captured_total: '0',
        final: true,
      },
    ]);
  });

  it('D7 D5 given a transfer that is refunded in parts, then each event says who, what and where', () => {
    const { book, agent, since } = told();
    const payment_id = book.spend(10n, { ...paid, key: 'k', fingerprint: 'f' });
    book.given({ type: 'payment.refund', payment_id, amount: 3n, reason: 'late' });
    book.given({ type: 'payment.refund', payment_id });
    const details = detailsOf(book, agent, payment_id);
    const refund_id = expect.stringMatching(/^pay_[0-9a-f]{32}$/);
    expect(sinceThen(book, since)).toStrictEqual([
      {
        type: 'payment.transferred',
        ...details,
        key: 'k',
        fingerprint: 'f',
        postings: [posting(TREASURY, SEARCH, '10')],
        windows: windowsOf(agent),
        policy: since,
      },
      {
        type: 'payment.refunded',
        ...details,
        postings: [posting(SEARCH, TREASURY, '3')],
        refund_id,
        refunded: '3',
        refunded_total: '3',
        captured_total: '10',
        reason: 'late',
      },
      {
        type: 'payment.refunded',
        ...details,
        postings: [posting(SEARCH, TREASURY, '7')],
        refund_id,
        refunded: '7',
        refunded_total: '10',
        captured_total: '10',
      },
    ]);
  });

  it('D7 given a refund without a reason, then its event has none, not even an undefined one', () => {
    const { book } = told();
    const payment_id = book.spend(10n, paid);
    const decision = book.consider({ type: 'payment.refund', payment_id });
    if (decision.kind !== 'record') throw new Error('expected a record');
    expect(decision.events[0]).not.toHaveProperty('reason');
  });

  it('D7 given a hold that is dispatched, then voided by an operator, then each event says so', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.given({ type: 'payment.capture', payment_id, amount: 4n, final: false });
    book.given({ type: 'payment.dispatch', payment_id });
    book.given({ type: 'payment.void', payment_id });
    const details = detailsOf(book, agent, payment_id);
    expect(sinceThen(book, since).slice(2)).toStrictEqual([
      { type: 'payment.dispatched', ...details, unknown_at: book.now + 60_000, captured_total: '4' },
      {
        type: 'payment.voided',
        ...details,
        postings: [posting(HELD, TREASURY, '6')],
        released: '6',
        captured_total: '4',
        reason: 'resolved',
      },
    ]);
  });

  it('D7 given a hold that is extended and lapses, then each event says so', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.given({ type: 'payment.extend', payment_id, expires_in_ms: 1_000_000 });
    const extended = {
      type: 'payment.extended',
      ...detailsOf(book, agent, payment_id),
      expires_at: book.now + 1_000_000,
    };
    book.passTime(1_000_000);
    book.lapse();
    expect(sinceThen(book, since).slice(1)).toStrictEqual([
      extended,
      {
        type: 'payment.expired',
        ...detailsOf(book, agent, payment_id),
        by: 'owner',
        postings: [posting(HELD, TREASURY, '10')],
        released: '10',
      },
    ]);
  });

  it('C3 D7 given a dispatched hold of unknown outcome, when its time is looked at again, then it is said once', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.given({ type: 'payment.dispatch', payment_id });
    book.passTime(60_000);
    book.lapse();
    book.lapse();
    expect(sinceThen(book, since).slice(2)).toStrictEqual([
      { type: 'payment.outcome_unknown', ...detailsOf(book, agent, payment_id), by: 'owner' },
    ]);
    expect(book.when({ type: 'payment.lapse', credential: OWNER, payment_id })).toEqual({
      kind: 'record',
      events: [],
      primary: 0,
    });
  });

  it('D7 given a payment that no rule lets pass, then the refusal is told with its figures, and no window counts it', () => {
    const { book, agent, since } = told();
    book.trySpend(51n, paid);
    expect(sinceThen(book, since)).toStrictEqual([
      {
        type: 'payment.declined',
        ...detailsOf(book, agent, (book.log.at(-1) as { payment_id?: string }).payment_id!),
        amount: '51',
        capture: true,
        policy: since,
        decline: {
          code: 'per_payment_limit_exceeded',
          scope: { kind: 'agent', id: agent },
          rule: 'amount:payment:USD',
          asset: 'USD',
          limit: '50',
          spent: '0',
          held: '0',
          requested: '51',
          remaining: '50',
        },
      },
    ]);
  });

  it('D7 given a capture that comes too late, then both the refusal and the end of the hold are told', () => {
    const { book, agent, since } = told();
    const payment_id = book.hold(10n, paid);
    book.passTime(900_000);
    book.when({ type: 'payment.capture', payment_id, final: true });
    const details = detailsOf(book, agent, payment_id);
    expect(sinceThen(book, since).slice(1)).toStrictEqual([
      {
        type: 'payment.capture_refused',
        ...details,
        decline: {
          code: 'hold_expired',
          scope: { kind: 'payment', id: payment_id },
          asset: 'USD',
          held: '10',
          requested: '10',
        },
      },
      { type: 'payment.expired', ...details, postings: [posting(HELD, TREASURY, '10')], released: '10' },
    ]);
  });

  it('D7 given a payment that waits for an approval and gets none, then each event says so', () => {
    const { book, agent, since } = told();
    book.given({ type: 'agent.change', agent: 'worker', approval_above: { amount: '9', asset: 'USD' } });
    const payment_id = book.hold(10n, paid);
    const approval_id = payment_id.replace('pay_', 'apr_');
    const waiting = {
      type: 'payment.pending_approval',
      ...detailsOf(book, agent, payment_id),
      approval_id,
      postings: [posting(TREASURY, HELD, '10')],
      windows: windowsOf(agent),
      policy: since + 1,
      expires_at: book.now + 86_400_000,
      capture: false,
      hold_ms: 900_000,
      above: { scope: { kind: 'agent', id: agent }, amount: '9' },
    };
    book.passTime(86_400_000);
    book.lapse();
    expect(sinceThen(book, since).slice(1)).toStrictEqual([
      waiting,
      {
        type: 'payment.voided',
        ...detailsOf(book, agent, payment_id),
        by: 'owner',
        approval_id,
        postings: [posting(HELD, TREASURY, '10')],
        released: '10',
        reason: 'approval_expired',
        was_pending: true,
      },
    ]);
  });

  it('D7 given a payment that waits and is approved as a capture, then both events say so', () => {
    const { book, agent, since } = told();
    book.given({ type: 'agent.change', agent: 'worker', approval_above: { amount: '9', asset: 'USD' } });
    const payment_id = book.spend(10n, paid);
    const approval_id = payment_id.replace('pay_', 'apr_');
    book.given({ type: 'approval.approve', approval_id });
    const details = { ...detailsOf(book, agent, payment_id), approval_id };
    expect(sinceThen(book, since).slice(2)).toStrictEqual([
      { type: 'payment.approved', ...details, capture: true, policy: since + 1 },
      {
        type: 'payment.captured',
        ...details,
        postings: [posting(HELD, SEARCH, '10')],
        captured: '10',
        released: '0',
        captured_total: '10',
        final: true,
      },
    ]);
  });

  it('D7 given an agent known by first use and a session, then the windows of both are named, and that it was first use', () => {
    const book = new BookScenario({ treasury: 100n });
    const session_id = book.session(50n, { limits: [limit('day', 20n)], labels: { goal: 'g' } });
    const since = book.log.length;
    book.spend(10n, { agent: 'stranger', session_id, labels: { step: 's' } });
    expect(sinceThen(book, since)).toMatchObject([
      { type: 'agent.registered', handle: 'stranger', origin: 'first_use' },
      {
        type: 'payment.transferred',
        session_id,
        first_use: true,
        labels: { goal: 'g', step: 's' },
        windows: [
          [expect.stringMatching(/^agt_/), 'amount:day:USD', ...DAY],
          [session_id, 'amount:day:USD', ...DAY],
          [SCENARIO_ORG, 'amount:day:USD', ...DAY],
        ],
      },
    ]);
  });
});
