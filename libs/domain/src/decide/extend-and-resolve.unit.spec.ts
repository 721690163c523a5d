import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, OWNER, refusalOf } from '#testing';
import { HOLD_LIFE_MAXIMUM_MS } from './extend.js';

const SERVICE = 'service:search:USD';
const MINUTE = 60_000;

describe('Holds that are extended', () => {
  it('B6 given a hold, when it is extended, then it lapses at the new time and not before, and can be captured until then', () => {
    const book = new BookScenario();
    const payments = [book.hold(10n, { expires_in_ms: MINUTE }), book.hold(10n, { expires_in_ms: MINUTE })];
    book.passTime(MINUTE - 1);
    for (const payment_id of payments)
      expect(book.given({ type: 'payment.extend', payment_id, expires_in_ms: MINUTE })).toMatchObject({
        type: 'payment.extended',
        expires_at: book.now + MINUTE,
      });
    book.passTime(MINUTE - 1);
    book.lapse();
    expect(book.state.payments.size).toBe(2);
    book.given({ type: 'payment.capture', payment_id: payments[0]!, amount: 4n, final: true });
    book.passTime(1);
    book.lapse();
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.expired', released: '10' });
    expect(book.wallet()).toEqual([1000n * ONE - 4n, 0n]);
  });

  it('B6 given a hold in a session whose time is not over, when it is extended beyond that, then it is', () => {
    const book = new BookScenario();
    const session_id = book.session(100n, { expires_in_ms: 2 * MINUTE });
    const payment_id = book.hold(10n, { session_id, expires_in_ms: MINUTE });
    expect(book.given({ type: 'payment.extend', payment_id, expires_in_ms: 3 * MINUTE }).type).toBe('payment.extended');
  });

  it('B6 given a hold whose time is over, when it is extended, then it ends as expired, and its key says so for ever', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n, { expires_in_ms: MINUTE });
    book.passTime(MINUTE);
    const extend = { type: 'payment.extend', payment_id, expires_in_ms: MINUTE, key: 'e', fingerprint: 'f' } as const;
    expect(book.when(extend)).toMatchObject({ kind: 'record', events: [{ type: 'payment.expired', key: 'e' }] });
    expect(book.when(extend)).toMatchObject({ kind: 'replay', bound: { event: { type: 'payment.expired' } } });
    expect(book.refused({ ...extend, key: 'f' }).code).toBe('hold_expired');
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('D5 given a hold that outlives its day, when it is captured the day after, then it counts in the day it was made', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n)] });
    const payment_id = book.hold(10n, { agent: 'worker' });
    book.given({ type: 'payment.extend', payment_id, expires_in_ms: 2 * 86_400_000 });
    book.passTime(86_400_000);
    book.given({ type: 'payment.capture', payment_id, final: true });
    expect(book.trySpend(10n, { agent: 'worker' })).toBeUndefined();
  });

  it('B1 given a hold, when a time is asked that is not later, or past its longest life, then it stays as it is', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n, { expires_in_ms: 10 * MINUTE });
    book.passTime(MINUTE);
    const extend = { type: 'payment.extend', payment_id } as const;
    for (const expires_in_ms of [9 * MINUTE, 1, 0, -MINUTE])
      expect(book.refused({ ...extend, expires_in_ms }).code).toBe('hold_not_extended');
    expect(book.refused({ ...extend, expires_in_ms: HOLD_LIFE_MAXIMUM_MS - MINUTE + 1 }).code).toBe(
      'hold_life_exceeded',
    );
    expect(book.given({ ...extend, expires_in_ms: HOLD_LIFE_MAXIMUM_MS - MINUTE })).toMatchObject({
      expires_at: book.now - MINUTE + HOLD_LIFE_MAXIMUM_MS,
    });
  });

  it('D12 given a payment that is dispatched, or over, when it is extended, then it is refused', () => {
    const book = new BookScenario();
    const dispatched = book.hold(10n);
    book.given({ type: 'payment.dispatch', payment_id: dispatched });
    const direct = book.spend(1n);
    const session = book.session(ONE, { expires_in_ms: MINUTE });
    const inside = book.hold(10n, { session_id: book.session(ONE, { parent_session_id: session }) });
    book.passTime(MINUTE);
    const code = (payment_id: string): string =>
      book.refused({ type: 'payment.extend', payment_id, expires_in_ms: 100 * MINUTE }).code;
    expect([dispatched, direct, inside, 'pay_unknown'].map(code)).toEqual([
      'payment_dispatched',
      'payment_not_extendable',
      'session_not_open',
      'payment_not_found',
    ]);
  });

  it('D10 given a hold, when it is extended, then its payer and its session may, another agent and the payee may not', () => {
    const book = new BookScenario();
    for (const handle of ['payer', 'payee', 'other']) book.agent(handle);
    const session = book.session(ONE, { token_hash: 'session proof' });
    const payment_id = book.hold(10n, { agent: 'payer', payee: { agent: 'payee' }, session_id: session });
    const by = (subject: string, proof: string, expires_in_ms: number) =>
      book.when({ type: 'payment.extend', payment_id, expires_in_ms, credential: { subject, proof } });
    for (const [index, handle] of ['payee', 'other'].entries())
      expect(refusalOf(by(book.agentOf(handle).id, `${handle} proof`, 10_000_000 + index))?.code).toBe('agent_not_own');
    expect(by(book.agentOf('payer').id, 'payer proof', 20_000_000).kind).toBe('record');
    expect(by(session, 'session proof', 30_000_000).kind).toBe('record');
  });

  it('C1 given an extension, when its key comes again later, then the first answer is given and the time stays', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n);
    const extend = {
      type: 'payment.extend',
      payment_id,
      expires_in_ms: 10_000_000,
      key: 'e',
      fingerprint: 'f',
    } as const;
    book.given(extend);
    const until = book.state.payments.get(payment_id)!.expires_at;
    book.passTime(MINUTE);
    expect(book.when(extend).kind).toBe('replay');
    expect(book.state.payments.get(payment_id)!.expires_at).toBe(until);
  });

  it('B4 given a hold that was captured in part, when it is extended, then what is left of it is held on', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n);
    book.given({ type: 'payment.capture', payment_id, amount: 4n, final: false });
    expect(book.given({ type: 'payment.extend', payment_id, expires_in_ms: 10_000_000 })).toMatchObject({
      captured_total: '4',
    });
    book.passTime(9_999_999);
    book.given({ type: 'payment.capture', payment_id, amount: 3n, final: false });
    book.passTime(1);
    book.lapse();
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.expired', released: '3', captured_total: '7' });
    expect([book.wallet(), book.wallet(SERVICE)]).toEqual([
      [1000n * ONE - 7n, 0n],
      [7n, 0n],
    ]);
  });

  it('B1 given an extended hold, when its agent is frozen, then it is voided all the same', () => {
    const book = new BookScenario();
    book.agent('worker');
    const payment_id = book.hold(10n, { agent: 'worker' });
    book.given({ type: 'payment.extend', payment_id, expires_in_ms: 10_000_000 });
    book.given({ type: 'agent.freeze', agent: 'worker', reason: 'test' });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.refused({ type: 'payment.extend', payment_id, expires_in_ms: 20_000_000 }).code).toBe(
      'payment_not_extendable',
    );
  });
});

describe('Outcomes that are resolved', () => {
  function lost(book: BookScenario, amount = 10n, more: object = {}): string {
    const payment_id = book.hold(amount, more);
    book.given({ type: 'payment.dispatch', payment_id });
    book.passTime(MINUTE);
    book.lapse();
    expect(book.state.payments.get(payment_id)?.status).toBe('outcome_unknown');
    return payment_id;
  }

  it('C3 given an unknown outcome, when an operator says what was captured, then that is paid and the rest is free', () => {
    const book = new BookScenario();
    const payment_id = lost(book);
    book.passTime(30 * 86_400_000);
    expect(book.given({ type: 'payment.resolve', payment_id, outcome: 'captured', amount: 7n })).toMatchObject({
      type: 'payment.captured',
      captured: '7',
      released: '3',
      captured_total: '7',
      final: true,
      resolved: true,
      by: 'key_admin',
    });
    expect([book.wallet(), book.wallet(SERVICE)]).toEqual([
      [1000n * ONE - 7n, 0n],
      [7n, 0n],
    ]);
    expect(book.given({ type: 'payment.refund', payment_id })).toMatchObject({ refunded: '7' });
  });

  it('C3 given an unknown outcome, when an operator says that nothing happened, then everything is free again', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n)] });
    const payment_id = lost(book, 10n, { agent: 'worker' });
    expect(book.given({ type: 'payment.resolve', payment_id, outcome: 'voided' })).toMatchObject({
      type: 'payment.voided',
      reason: 'resolved',
    });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.trySpend(10n, { agent: 'worker' })).toBeUndefined();
  });

  it('D12 given a payment that is dispatched, when caps are below it and its agent is frozen, then it is resolved all the same', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', { limits: [limit('lifetime', 10n)] });
    const payment_id = book.hold(10n, { agent: 'worker' });
    book.given({ type: 'payment.dispatch', payment_id });
    book.given({ type: 'agent.change', agent, limits: [limit('lifetime', 1n)] });
    book.given({ type: 'agent.freeze', agent, reason: 'test' });
    book.given({ type: 'payment.resolve', payment_id, outcome: 'captured', amount: 10n });
    expect(book.agentOf('worker').totals).toEqual({ USD: { spent: 10n, held: 0n, count: 1 } });
  });

  it('B4 given an unknown outcome, when more than is held is said to be captured, then it is refused', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n);
    book.given({ type: 'payment.capture', payment_id, amount: 4n, final: false });
    book.given({ type: 'payment.dispatch', payment_id });
    const resolve = { type: 'payment.resolve', payment_id, outcome: 'captured' } as const;
    expect(book.refused({ ...resolve, amount: 7n })).toMatchObject({ code: 'capture_exceeds_hold', limit: '6' });
    for (const amount of [0n, -1n]) expect(book.refused({ ...resolve, amount }).code).toBe('amount_not_positive');
    expect(book.given({ ...resolve, amount: 6n })).toMatchObject({ captured: '6', captured_total: '10' });
  });

  it('C1 given a resolution, when it comes again, then it is the first answer; by another key nothing is left to resolve', () => {
    const book = new BookScenario();
    const payment_id = lost(book);
    const resolve = {
      type: 'payment.resolve',
      payment_id,
      outcome: 'captured',
      amount: 7n,
      key: 'r',
      fingerprint: 'f',
    } as const;
    book.given(resolve);
    expect(book.when(resolve).kind).toBe('replay');
    expect(book.refused({ ...resolve, key: 's' }).code).toBe('payment_not_resolvable');
    expect(book.refused({ type: 'payment.resolve', payment_id, outcome: 'voided' }).code).toBe(
      'payment_not_resolvable',
    );
    expect(book.wallet(SERVICE)).toEqual([7n, 0n]);
  });

  it('D12 given a hold that was never dispatched, when it is resolved, then it is refused: nothing happened outside', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n);
    for (const outcome of ['captured', 'voided'] as const)
      expect(book.refused({ type: 'payment.resolve', payment_id, outcome }).code).toBe('payment_not_resolvable');
    expect(book.wallet()[1]).toBe(10n);
  });

  it('D10 given an unknown outcome, when its payer or an orchestrator resolves it, then it is refused; an operator may', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    const payment_id = lost(book, 10n, { agent: 'worker' });
    for (const role of ['orchestrator', 'finance', 'operator'] as const)
      book.given({ type: 'key.issue', key_id: `key_${role}`, role, name: '', token_hash: role });
    const by = (subject: string, proof: string) =>
      refusalOf(book.when({ type: 'payment.resolve', payment_id, outcome: 'voided', credential: { subject, proof } }))
        ?.code;
    expect(by(agent, 'worker proof')).toBe('role_not_allowed');
    expect(by('key_orchestrator', 'orchestrator')).toBe('role_not_allowed');
    expect(by('key_finance', 'finance')).toBe('role_not_allowed');
    expect(by('key_operator', 'operator')).toBeUndefined();
  });
});

describe('A hold that is captured in parts', () => {
  const part = (payment_id: string, amount: bigint, final = false) =>
    ({ type: 'payment.capture', payment_id, amount, final }) as const;

  it('B4 given parts, when the last one is final, then it releases the rest; together they are never above the hold', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n), limit('day', 1, { of: 'count' })] });
    const session = book.session(10n, { mode: 'shared' });
    const payment_id = book.hold(10n, { agent: 'worker', session_id: session });
    book.given(part(payment_id, 3n));
    book.given(part(payment_id, 3n));
    expect(book.refused(part(payment_id, 5n, true)).code).toBe('capture_exceeds_hold');
    expect(book.sessionOf(session)).toMatchObject({ spent: 6n, held: 4n });
    expect(book.given(part(payment_id, 1n, true))).toMatchObject({ released: '3', captured_total: '7', final: true });
    expect(book.sessionOf(session)).toMatchObject({ spent: 7n, held: 0n });
    expect(book.agentOf('worker').totals).toEqual({ USD: { spent: 7n, held: 0n, count: 1 } });
    expect([book.wallet(), book.wallet(SERVICE)]).toEqual([
      [1000n * ONE - 7n, 0n],
      [7n, 0n],
    ]);
  });

  it('B4 given parts, when the last one is final and of nothing, then it only releases the rest', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n);
    book.given(part(payment_id, 3n));
    expect(book.given(part(payment_id, 0n, true))).toMatchObject({ captured: '0', released: '7', captured_total: '3' });
    expect(book.given({ type: 'payment.refund', payment_id })).toMatchObject({ refunded: '3' });
    expect(book.refused({ type: 'payment.refund', payment_id }).code).toBe('refund_exceeds_captured');
  });

  it('B6 given a part, when the next one comes too late, then it is refused and recorded, and the first one stays', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n, { expires_in_ms: 1000 });
    book.given(part(payment_id, 3n));
    book.passTime(1000);
    const from = book.log.length;
    expect(book.refused({ ...part(payment_id, 3n), key: 'c', fingerprint: 'f' })).toMatchObject({
      code: 'hold_expired',
      held: '7',
    });
    expect(book.log.slice(from)).toMatchObject([
      { type: 'payment.capture_refused', key: 'c' },
      { type: 'payment.expired', released: '7', captured_total: '3' },
    ]);
    for (const amount of [1n, 1n, 1n]) book.given({ type: 'payment.refund', payment_id, amount });
    expect(book.refused({ type: 'payment.refund', payment_id, amount: 1n }).code).toBe('refund_exceeds_captured');
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('D5 given a part, when the rest is voided and the part refunded, then window, session and cap have all of it back', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n), limit('lifetime', 10n)] });
    const session = book.session(10n);
    const payment_id = book.hold(10n, { agent: 'worker', session_id: session });
    book.given(part(payment_id, 4n));
    expect(book.refused({ type: 'payment.refund', payment_id }).code).toBe('payment_not_refundable');
    book.given({ type: 'payment.void', payment_id });
    expect(book.trySpend(7n, { agent: 'worker', session_id: session })).toMatchObject({ spent: '4', remaining: '6' });
    book.given({ type: 'payment.refund', payment_id });
    expect(book.trySpend(10n, { agent: 'worker', session_id: session })).toBeUndefined();
  });

  it('B1 given a part, when the rest is dispatched, then it is still held after its time and ends by a capture of the rest', () => {
    const book = new BookScenario();
    const payment_id = book.hold(10n, { expires_in_ms: 1000 });
    book.given(part(payment_id, 4n));
    expect(book.given({ type: 'payment.dispatch', payment_id })).toMatchObject({ captured_total: '4' });
    book.passTime(10_000_000);
    book.when({ type: 'payment.lapse', credential: OWNER, payment_id });
    expect(book.state.payments.get(payment_id)).toMatchObject({ status: 'outcome_unknown', held: 6n, captured: 4n });
    book.given(part(payment_id, 6n));
    expect(book.wallet()).toEqual([1000n * ONE - 10n, 0n]);
  });
});

describe('A refund that the payee cannot pay', () => {
  it('C1 D1 given a payee who has spent it, when it is refunded, then that is recorded, and the key keeps it when money has come', () => {
    const book = new BookScenario();
    book.agent('payee', { funding: 'own' });
    const payment_id = book.spend(10n, { payee: { agent: 'payee' } });
    book.spend(6n, { agent: 'payee' });
    const refund = { type: 'payment.refund', payment_id, key: 'r', fingerprint: 'f' } as const;
    const refused = book.when(refund);
    expect(refused.kind).toBe('record');
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.refund_refused', key: 'r', payment_id });
    book.spend(50n, { payee: { agent: 'payee' } });
    const again = book.when(refund);
    expect([again.kind, refusalOf(again)]).toEqual(['replay', refusalOf(refused)]);
    expect(refusalOf(again)).toMatchObject({ code: 'refund_exceeds_payee_funds', remaining: '4' });
    expect(book.given({ ...refund, key: 's' })).toMatchObject({ refunded: '10', refunded_total: '10' });
    expect(book.refused({ ...refund, key: 't' }).code).toBe('refund_exceeds_captured');
  });
});
