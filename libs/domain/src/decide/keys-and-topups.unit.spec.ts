import { describe, expect, it } from '@jest/globals';
import { agentWallet, treasuryWallet } from '../accounts.js';
import { BookScenario, limit, ONE, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

describe('Idempotency keys', () => {
  it('C1 given a bound key, when it comes again with the same body, then the first answer is given and nothing happens', () => {
    const book = new BookScenario();
    const command = book.payment(5n, { key: 'k', fingerprint: 'f' });
    const first = book.given(command);
    const before = book.log.length;
    for (let again = 0; again < 3; again++) {
      expect(book.when(command)).toEqual({
        kind: 'replay',
        bound: { fingerprint: 'f', event: first, position: `0:${first.sequence}` },
      });
      book.passTime(10_000_000);
      book.lapse();
    }
    expect(book.log.slice(before).map((event) => event.type)).toEqual(['payment.expired']);
  });

  it('C2 given a bound key, when it comes with another body, then it is a conflict and nothing happens', () => {
    const book = new BookScenario();
    book.spend(5n, { key: 'k', fingerprint: 'f' });
    const before = book.log.length;
    expect(book.refused(book.payment(6n, { key: 'k', fingerprint: 'g' }))).toMatchObject({
      code: 'idempotency_key_conflict',
    });
    expect(book.log.length).toBe(before);
  });

  it('C1 given a refusal by rule, when money has come since, then its key is still refused, and a new key passes', () => {
    const book = new BookScenario({ treasury: 1n });
    const command = book.payment(5n, { capture: true, key: 'k', fingerprint: 'f' });
    const refused = book.when(command);
    expect(refusalOf(refused)).toMatchObject({ code: 'insufficient_funds', remaining: '1' });
    book.given({ type: 'topup', target: { wallet_id: TREASURY }, amount: 100n, asset: 'USD' });
    const again = book.when(command);
    expect([again.kind, refusalOf(again)]).toEqual(['replay', refusalOf(refused)]);
    expect(book.trySpend(5n, { key: 'k2', fingerprint: 'f' })).toBeUndefined();
  });

  it('D6 given what is refused without being recorded, when its cause is gone, then the same key passes', () => {
    const book = new BookScenario();
    const command = book.payment(5n, { payee: { agent: 'later' }, key: 'k', fingerprint: 'f' });
    expect(book.refused(command).code).toBe('payee_not_found');
    book.agent('later');
    expect(book.when(command).kind).toBe('record');
  });

  it('D6 given the same key of two agents, when both pay, then each has its own, whoever’s credential it is', () => {
    const book = new BookScenario();
    const one = book.agent('one');
    book.agent('two');
    book.spend(1n, { agent: 'one', key: 'k', fingerprint: 'f' });
    expect(book.when(book.payment(1n, { agent: 'two', key: 'k', fingerprint: 'f' })).kind).toBe('record');
    const byToken = book.payment(1n, { key: 'k', fingerprint: 'f', credential: { subject: one, proof: 'one proof' } });
    expect(book.when(byToken).kind).toBe('replay');
  });

  it('C1 given an unseen agent’s first payment with a key, when it comes again, then it is the first answer and one agent', () => {
    const book = new BookScenario();
    const command = book.payment(5n, { agent: 'newcomer', key: 'k', fingerprint: 'f' });
    book.given(command);
    const before = book.log.length;
    expect(book.when(command).kind).toBe('replay');
    expect(book.log.length).toBe(before);
  });

  it('C1 given facts that are not loaded, when a key comes, then nothing is decided before they are', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    book.facts.boundKey = () => undefined as never;
    expect(book.when(book.payment(1n, { agent: 'worker', key: 'k', fingerprint: 'f' }))).toEqual({
      kind: 'needs',
      missing: { keys: [{ scope: agent, key: 'k' }] },
    });
    book.facts.finishedPayment = () => undefined as never;
    expect(book.when({ type: 'payment.refund', payment_id: 'pay_x' })).toEqual({
      kind: 'needs',
      missing: { payments: ['pay_x'] },
    });
  });

  it('C1 given every kind of command that takes a key, when it comes twice, then the second is a replay', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', { limits: [limit('lifetime', 100n)] });
    const session = book.session(100n);
    const [captured, voided, dispatched] = [book.hold(3n), book.hold(3n), book.hold(3n)];
    const refunded = book.spend(3n);
    const commands: CommandInput[] = [
      book.payment(1n, { agent: 'worker' }),
      { type: 'payment.capture', payment_id: captured, final: true },
      { type: 'payment.void', payment_id: voided },
      { type: 'payment.dispatch', payment_id: dispatched },
      { type: 'payment.refund', payment_id: refunded },
      book.openSession(1n),
      { type: 'session.change', session_id: session, budget: 5n },
      { type: 'session.close', session_id: session },
      { type: 'agent.register', handle: 'new', limits: [], funding: 'treasury', token_hash: '' },
      { type: 'agent.change', agent, limits: [limit('lifetime', 5n)] },
      { type: 'topup', target: { wallet_id: TREASURY }, amount: 1n, asset: 'USD' },
      { type: 'topup', target: { agent }, amount: 1n, asset: 'USD' },
      { type: 'agent.rotate_token', agent, token_hash: 'x', overlap_ms: 0 },
      { type: 'agent.freeze', agent, reason: '' },
      { type: 'agent.unfreeze', agent },
      { type: 'agent.revoke', agent },
      { type: 'key.issue', key_id: 'key_new', role: 'finance', name: '', token_hash: '' },
      { type: 'key.revoke', key_id: 'key_new' },
      { type: 'organization.change', name: 'New' },
      { type: 'wallet.open', kind: 'fees', name: 'new', asset: 'USD' },
    ];
    for (const [index, command] of commands.entries()) {
      const keyed = { ...command, key: `key ${index}`, fingerprint: 'f' };
      const first = book.given(keyed);
      const before = book.log.length;
      expect(book.when(keyed)).toMatchObject({ kind: 'replay', bound: { event: { sequence: first.sequence } } });
      expect(book.refused({ ...keyed, fingerprint: 'g' }).code).toBe('idempotency_key_conflict');
      expect(book.log.length).toBe(before);
    }
  });
});

describe('Top-ups', () => {
  const wallet = (amount: bigint, reference: string): CommandInput => ({
    type: 'topup',
    target: { wallet_id: TREASURY },
    amount,
    asset: 'USD',
    reference,
    key: `topup:${reference}`,
    fingerprint: `${amount}`,
  });

  it('C6 given a notice of money, when it is delivered many times, then it is credited once', () => {
    const book = new BookScenario({ treasury: 0n });
    for (let time = 0; time < 4; time++) book.when(wallet(7n, 'bank 1'));
    book.when(wallet(5n, 'bank 2'));
    expect(book.wallet()).toEqual([12n, 0n]);
    expect(book.wallet('external:USD')).toEqual([-12n, 0n]);
    expect(book.refused(wallet(8n, 'bank 1')).code).toBe('idempotency_key_conflict');
  });

  it('A8 given a session that is exhausted, when it is topped up, then the same plan passes and no money came in', () => {
    const book = new BookScenario();
    const session = book.session(10n);
    book.spend(10n, { session_id: session });
    expect(book.trySpend(5n, { session_id: session })?.code).toBe('session_budget_exceeded');
    const money = book.wallet();
    book.given({ type: 'topup', target: { session_id: session }, amount: 5n, asset: 'USD', reference: 'r' });
    expect(book.log.at(-1)).toMatchObject({
      type: 'session.changed',
      budget: '15',
      topup: { amount: '5', reference: 'r' },
    });
    expect(book.wallet()).toEqual(money);
    expect(book.trySpend(5n, { session_id: session })).toBeUndefined();
    expect(book.trySpend(1n, { session_id: session })?.code).toBe('session_budget_exceeded');
  });

  it('A8 given an agent at its lifetime cap, when it is topped up, then the cap rises and what was spent stays', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', { limits: [limit('lifetime', 10n), limit('payment', 10n)] });
    book.spend(10n, { agent });
    book.given({ type: 'topup', target: { agent: 'worker' }, amount: 5n, asset: 'USD' });
    expect(book.trySpend(6n, { agent })).toMatchObject({
      code: 'lifetime_cap_exceeded',
      limit: '15',
      spent: '10',
      remaining: '5',
    });
    expect(book.trySpend(5n, { agent })).toBeUndefined();
  });

  it('A10 given what cannot be topped up, when it is tried, then it is refused and nothing is recorded', () => {
    const book = new BookScenario();
    const agent = book.agent('free');
    const session = book.session(ONE);
    book.given({ type: 'session.close', session_id: session });
    const before = book.log.length;
    const code = (target: object, amount = 1n, asset: 'USD' | 'JPY' = 'USD'): string =>
      book.refused({ type: 'topup', target, amount, asset } as CommandInput).code;
    expect(code({ agent })).toBe('agent_not_capped');
    expect(code({ agent: 'unseen' })).toBe('agent_not_found');
    expect(code({ session_id: session })).toBe('session_not_open');
    expect(code({ session_id: session }, 1n, 'JPY')).toBe('asset_mismatch');
    expect(code({ session_id: 'ses_x' })).toBe('session_not_found');
    expect(code({ wallet_id: TREASURY }, 0n)).toBe('amount_not_positive');
    expect(code({ wallet_id: TREASURY }, -1n)).toBe('amount_not_positive');
    expect(code({ wallet_id: TREASURY }, 1n, 'JPY')).toBe('asset_mismatch');
    for (const wallet_id of ['external:USD', 'service:search:USD', 'clearing:out:USD', 'wal_x', `${TREASURY}:held`])
      expect(code({ wallet_id })).toBe('wallet_not_found');
    expect(book.log.length).toBe(before);
  });

  it('D1 given an agent’s own wallet and a second asset’s treasury, when they are topped up, then money is there to pay with', () => {
    const book = new BookScenario();
    const agent = book.agent('own', { funding: 'own' });
    const yen = treasuryWallet(SCENARIO_ORG, 'JPY');
    book.given({ type: 'topup', target: { wallet_id: agentWallet(agent, 'USD') }, amount: 5n, asset: 'USD' });
    book.given({ type: 'topup', target: { wallet_id: yen }, amount: 9n, asset: 'JPY' });
    book.spend(5n, { agent });
    book.agent('payer');
    book.spend(9n, { agent: 'payer', asset: 'JPY' });
    expect([book.wallet(agentWallet(agent, 'USD'))[0], book.wallet(yen)[0], book.wallet('external:JPY')[0]]).toEqual([
      0n,
      0n,
      -9n,
    ]);
  });
});
