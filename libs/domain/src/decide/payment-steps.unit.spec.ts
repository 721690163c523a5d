import { describe, expect, it } from '@jest/globals';
import { agentWallet } from '../accounts.js';
import { ADMIN, BookScenario, limit, ONE, OWNER } from '#testing';

const SERVICE = 'service:search:USD';

describe('The steps of a payment', () => {
  it('B1 given a hold, when it is captured, then what it came to is paid and the rest is free, in every scope', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n)] });
    const session = book.session(10n);
    const payment = book.hold(10n, { agent: 'worker', session_id: session });
    expect(book.wallet()).toEqual([1000n * ONE - 10n, 10n]);
    expect(book.given({ type: 'payment.capture', payment_id: payment, amount: 7n, final: true })).toMatchObject({
      captured: '7',
      released: '3',
      captured_total: '7',
      final: true,
    });
    expect([book.wallet(), book.wallet(SERVICE)]).toEqual([
      [1000n * ONE - 7n, 0n],
      [7n, 0n],
    ]);
    expect(book.sessionOf(session)).toMatchObject({ spent: 7n, held: 0n });
    expect(book.agentOf('worker').totals).toEqual({ USD: { spent: 7n, held: 0n, count: 1 } });
    expect(book.tryHold(3n, { agent: 'worker', session_id: session })).toBeUndefined();
  });

  it('B4 given a hold, when more than it holds is captured, then it is refused and the hold stays', () => {
    const book = new BookScenario();
    const payment = book.hold(10n);
    expect(book.refused({ type: 'payment.capture', payment_id: payment, amount: 11n, final: true })).toMatchObject({
      code: 'capture_exceeds_hold',
      limit: '10',
      requested: '11',
    });
    expect(book.state.payments.get(payment)?.held).toBe(10n);
  });

  it('B4 given captures in part, when they add up to the hold, then it ends; each is at most what is left', () => {
    const book = new BookScenario();
    const payment = book.hold(10n);
    const capture = { type: 'payment.capture', payment_id: payment, final: false } as const;
    book.given({ ...capture, amount: 4n });
    expect(book.refused({ ...capture, amount: 7n }).code).toBe('capture_exceeds_hold');
    expect(book.given({ ...capture, amount: 6n })).toMatchObject({ captured: '6', captured_total: '10', final: true });
    expect(book.refused(capture).code).toBe('payment_not_capturable');
    expect([book.wallet()[1], book.wallet(SERVICE)[0]]).toEqual([0n, 10n]);
  });

  it('B4 given captures in part, when the rest is voided or lapses, then what was captured stays and can be refunded', () => {
    const book = new BookScenario();
    for (const end of ['void', 'lapse'] as const) {
      const payment = book.hold(10n);
      book.given({ type: 'payment.capture', payment_id: payment, amount: 4n, final: false });
      if (end === 'void') book.given({ type: 'payment.void', payment_id: payment });
      else {
        book.passTime(900_000);
        book.lapse();
      }
      expect(book.log.at(-1)).toMatchObject({ released: '6', captured_total: '4' });
      expect(book.given({ type: 'payment.refund', payment_id: payment })).toMatchObject({ refunded: '4' });
    }
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('B5 given a hold, when it came to nothing, then nothing is paid, and a negative capture never is one', () => {
    const book = new BookScenario();
    const payment = book.hold(10n);
    expect(book.refused({ type: 'payment.capture', payment_id: payment, amount: -1n, final: true }).code).toBe(
      'amount_not_positive',
    );
    expect(book.refused({ type: 'payment.capture', payment_id: payment, amount: 0n, final: false }).code).toBe(
      'amount_not_positive',
    );
    book.given({ type: 'payment.capture', payment_id: payment, amount: 0n, final: true });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.refused({ type: 'payment.refund', payment_id: payment }).code).toBe('refund_exceeds_captured');
  });

  it('B6 given a hold whose time is over, when it is captured, then that is refused and recorded, and the hold ends', () => {
    const book = new BookScenario();
    const payment = book.hold(10n, { expires_in_ms: 1000 });
    book.passTime(1000);
    const from = book.log.length;
    const capture = { type: 'payment.capture', payment_id: payment, final: true, key: 'c', fingerprint: 'f' } as const;
    expect(book.refused(capture)).toMatchObject({ code: 'hold_expired', held: '10', requested: '10' });
    expect(book.typesSince(from)).toEqual(['payment.capture_refused', 'payment.expired']);
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.when(capture).kind).toBe('replay');
    expect(book.refused({ ...capture, key: 'd' })).toMatchObject({ code: 'hold_expired' });
    expect(book.typesSince(from)).toHaveLength(2);
  });

  it('B6 given a hold a moment before its time is over, when it is captured, then it passes and cannot lapse any more', () => {
    const book = new BookScenario();
    const payment = book.hold(10n, { expires_in_ms: 1000 });
    book.passTime(999);
    book.given({ type: 'payment.capture', payment_id: payment, final: true });
    book.passTime(1);
    expect(book.when({ type: 'payment.lapse', credential: OWNER, payment_id: payment })).toEqual({
      kind: 'record',
      events: [],
      primary: 0,
    });
  });

  it('B1 given a hold, when its time is over and not before, then it lapses and gives everything back', () => {
    const book = new BookScenario({ settings: { hold_ms: 5000 } });
    book.agent('worker', { limits: [limit('day', 10n), limit('day', 1, { of: 'count' })] });
    const payment = book.hold(10n, { agent: 'worker' });
    book.passTime(4999);
    book.lapse();
    expect(book.state.payments.get(payment)).toBeDefined();
    book.passTime(1);
    book.lapse();
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.expired', released: '10', by: 'owner' });
    expect(book.tryHold(10n, { agent: 'worker' })).toBeUndefined();
    expect(book.refused({ type: 'payment.void', payment_id: payment }).code).toBe('hold_expired');
  });

  it('C3 given a dispatched payment, when no answer comes, then its outcome is unknown, still held, and it never lapses', () => {
    const book = new BookScenario({ settings: { dispatch_timeout_ms: 60_000 } });
    const payment = book.hold(10n);
    expect(book.given({ type: 'payment.dispatch', payment_id: payment })).toMatchObject({
      unknown_at: book.now + 60_000,
    });
    book.passTime(59_999);
    book.lapse();
    expect(book.state.payments.get(payment)?.status).toBe('dispatched');
    book.passTime(1);
    book.lapse();
    expect(book.state.payments.get(payment)).toMatchObject({
      status: 'outcome_unknown',
      held: 10n,
      unknown_at: book.now,
    });
    book.passTime(10 * 86_400_000);
    book.lapse();
    expect(book.wallet()[1]).toBe(10n);
    expect(book.refused({ type: 'payment.dispatch', payment_id: payment }).code).toBe('payment_dispatched');
  });

  it.each(['dispatched', 'outcome_unknown'] as const)(
    'C3 given a payment that is %s, when it is resolved, then it is captured long after its hold’s time, or voided by an operator',
    (status) => {
      const book = new BookScenario();
      const agent = book.agent('worker');
      const credential = { subject: agent, proof: 'worker proof' };
      const payments = [book.hold(10n, { agent: 'worker' }), book.hold(5n, { agent: 'worker' })];
      for (const payment_id of payments) book.given({ type: 'payment.dispatch', payment_id });
      book.passTime(status === 'dispatched' ? 50_000 : 2_000_000);
      book.lapse();
      expect(book.state.payments.get(payments[0]!)?.status).toBe(status);
      book.given({ type: 'payment.capture', payment_id: payments[0]!, amount: 9n, final: true });
      expect(book.refused({ type: 'payment.void', payment_id: payments[1]!, credential }).code).toBe(
        'payment_dispatched',
      );
      book.given({ type: 'key.issue', key_id: 'key_low', role: 'orchestrator', name: '', token_hash: 'low' });
      const low = { subject: 'key_low', proof: 'low' };
      expect(book.refused({ type: 'payment.void', payment_id: payments[1]!, credential: low }).code).toBe(
        'role_not_allowed',
      );
      expect(book.given({ type: 'payment.void', payment_id: payments[1]!, credential: ADMIN })).toMatchObject({
        reason: 'resolved',
      });
      expect(book.wallet()).toEqual([1000n * ONE - 9n, 0n]);
    },
  );

  it('D12 given a hold whose time is over, when it is dispatched, then it ends as expired, and its key says so for ever', () => {
    const book = new BookScenario();
    const payment = book.hold(10n);
    book.passTime(900_000);
    const dispatch = { type: 'payment.dispatch', payment_id: payment, key: 'd', fingerprint: 'f' } as const;
    expect(book.when(dispatch)).toMatchObject({ kind: 'record', events: [{ type: 'payment.expired', key: 'd' }] });
    expect(book.when(dispatch)).toMatchObject({ kind: 'replay', bound: { event: { type: 'payment.expired' } } });
  });

  it('B1 given a payment whose hold has ended, when any step comes again, then it is refused and nothing is recorded', () => {
    const book = new BookScenario();
    const voided = book.hold(1n);
    book.given({ type: 'payment.void', payment_id: voided });
    const direct = book.spend(1n);
    book.trySpend(10_000n * ONE);
    const declined = (book.log.at(-1) as { payment_id?: string }).payment_id!;
    const from = book.log.length;
    for (const payment_id of [voided, direct, declined]) {
      expect(book.refused({ type: 'payment.capture', payment_id, final: true }).code).toBe('payment_not_capturable');
      expect(book.refused({ type: 'payment.void', payment_id }).code).toBe('payment_not_voidable');
      expect(book.refused({ type: 'payment.dispatch', payment_id }).code).toBe('payment_not_capturable');
    }
    expect(book.refused({ type: 'payment.refund', payment_id: voided }).code).toBe('payment_not_refundable');
    expect(book.refused({ type: 'payment.void', payment_id: 'pay_unknown' }).code).toBe('payment_not_found');
    expect(book.log.length).toBe(from);
  });

  it('D1 given an agent is paid, then its own wallet earns; it cannot pay itself, a stranger or a revoked one', () => {
    const book = new BookScenario();
    const payee = book.agent('payee');
    book.given({ type: 'payment.capture', payment_id: book.hold(5n, { payee: { agent: 'payee' } }), final: true });
    expect(book.wallet(agentWallet(payee, 'USD'))).toEqual([5n, 0n]);
    expect(book.refused(book.payment(1n, { agent: 'payee', payee: { agent: 'payee' } })).code).toBe('payee_is_payer');
    expect(book.refused(book.payment(1n, { payee: { agent: 'stranger' } })).code).toBe('payee_not_found');
    book.given({ type: 'agent.revoke', agent: 'payee' });
    expect(book.refused(book.payment(1n, { payee: { agent: 'payee' } })).code).toBe('payee_not_found');
  });

  it.each([0n, -1n])(
    'A12 given an amount of %s, when a payment is asked, then it is refused and binds nothing',
    (amount) => {
      const book = new BookScenario();
      const from = book.log.length;
      expect(book.refused(book.payment(amount, { key: 'k', fingerprint: 'f' })).code).toBe('amount_not_positive');
      expect(book.log.length).toBe(from);
    },
  );
});

describe('Refunds', () => {
  it('D5 given a captured payment, when it is refunded in parts, then never more than was captured comes back', () => {
    const book = new BookScenario();
    const payment = book.spend(10n);
    expect(book.given({ type: 'payment.refund', payment_id: payment, amount: 4n })).toMatchObject({
      refunded: '4',
      refunded_total: '4',
      captured_total: '10',
      payment_id: payment,
      refund_id: expect.stringMatching(/^pay_/),
    });
    expect(book.refused({ type: 'payment.refund', payment_id: payment, amount: 7n })).toMatchObject({
      code: 'refund_exceeds_captured',
      limit: '10',
      spent: '4',
      requested: '7',
      remaining: '6',
    });
    for (const amount of [0n, -5n])
      expect(book.refused({ type: 'payment.refund', payment_id: payment, amount }).code).toBe('amount_not_positive');
    expect(book.given({ type: 'payment.refund', payment_id: payment })).toMatchObject({
      refunded: '6',
      refunded_total: '10',
    });
    expect(book.refused({ type: 'payment.refund', payment_id: payment }).code).toBe('refund_exceeds_captured');
    expect([book.wallet(), book.wallet(SERVICE)]).toEqual([
      [1000n * ONE, 0n],
      [0n, 0n],
    ]);
  });

  it('D5 given a payment of yesterday, when it is refunded, then lifetime and session get it back, and today’s window does not', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n), limit('month', 20n), limit('lifetime', 20n)] });
    const session = book.session(20n);
    const payment = book.spend(10n, { agent: 'worker', session_id: session });
    book.passTime(86_400_000);
    book.spend(10n, { agent: 'worker', session_id: session });
    book.given({ type: 'payment.refund', payment_id: payment });
    expect(book.trySpend(1n, { agent: 'worker', session_id: session })).toMatchObject({
      rule: 'amount:day:USD',
      spent: '10',
    });
    expect(book.sessionOf(session).spent).toBe(10n);
    book.passTime(86_400_000);
    expect(book.trySpend(10n, { agent: 'worker', session_id: session })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ spent: '10', rule: 'amount:day:USD' });
  });

  it('D5 given a payment of today, when it is refunded, then today’s window gets it back', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n)] });
    const payment = book.spend(10n, { agent: 'worker' });
    book.given({ type: 'payment.refund', payment_id: payment, amount: 6n });
    expect(book.trySpend(7n, { agent: 'worker' })).toMatchObject({ spent: '4', remaining: '6' });
    expect(book.trySpend(6n, { agent: 'worker' })).toBeUndefined();
  });

  it('D1 given a payee who has spent it, when it is refunded, then it is refused: no wallet goes below zero', () => {
    const book = new BookScenario();
    const payee = book.agent('payee', { funding: 'own' });
    const payment = book.spend(10n, { payee: { agent: 'payee' } });
    book.spend(6n, { agent: 'payee' });
    expect(book.refused({ type: 'payment.refund', payment_id: payment })).toMatchObject({
      code: 'refund_exceeds_payee_funds',
      scope: { kind: 'wallet', id: agentWallet(payee, 'USD') },
      requested: '10',
      remaining: '4',
    });
    book.given({ type: 'payment.refund', payment_id: payment, amount: 4n });
    expect(book.wallet(agentWallet(payee, 'USD'))).toEqual([0n, 0n]);
  });

  it('D10 given a service was paid, when an agent’s token gives it back, then its role does not allow it', () => {
    const book = new BookScenario();
    const worker = book.agent('worker');
    const payment_id = book.spend(10n, { agent: 'worker' });
    const credential = { subject: worker, proof: 'worker proof' };
    expect(book.refused({ type: 'payment.refund', payment_id, credential })).toEqual({
      code: 'role_not_allowed',
      scope: { kind: 'agent', id: worker },
    });
  });

  it('D10 given a payment to an agent, when it is refunded by its payer’s token, then it is refused; the payee’s may', () => {
    const book = new BookScenario();
    const payer = book.agent('payer');
    const payee = book.agent('payee');
    const payment = book.spend(10n, { agent: 'payer', payee: { agent: 'payee' } });
    const refund = { type: 'payment.refund', payment_id: payment } as const;
    expect(book.refused({ ...refund, credential: { subject: payer, proof: 'payer proof' } }).code).toBe(
      'agent_not_own',
    );
    expect(book.when({ ...refund, credential: { subject: payee, proof: 'payee proof' } }).kind).toBe('record');
  });

  it('B1 given a payment that is still held, or was declined, when it is refunded, then it is refused', () => {
    const book = new BookScenario();
    expect(book.refused({ type: 'payment.refund', payment_id: book.hold(1n) }).code).toBe('payment_not_refundable');
    book.trySpend(10_000n * ONE);
    const declined = (book.log.at(-1) as { payment_id?: string }).payment_id!;
    expect(book.refused({ type: 'payment.refund', payment_id: declined }).code).toBe('payment_not_refundable');
    expect(book.refused({ type: 'payment.refund', payment_id: 'pay_unknown' }).code).toBe('payment_not_found');
  });
});
