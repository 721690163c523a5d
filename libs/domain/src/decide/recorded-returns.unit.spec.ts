import { describe, expect, it } from '@jest/globals';
import { BookScenario, ONE, OWNER, SCENARIO_ORG, type CommandInput } from '#testing';
import { agentWallet, treasuryWallet } from '../accounts.js';
import type { ReturnClearing } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { BookEvent } from '../events/index.js';

const OTHER_ORG = `org_${'7'.repeat(32)}`;
const PAYMENT = `pay_${'5'.repeat(32)}`;
const REFUND = `pay_${'8'.repeat(32)}`;
const SHOP = { agent_id: `agt_${'6'.repeat(32)}`, handle: 'shop' };
const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

/** The events that a command would record, with fields that are absent and not undefined. */
function recorded(book: BookScenario, command: CommandInput): readonly BookEvent[] {
  const decision = book.consider(command);
  if (decision.kind !== 'record') throw new Error('expected a record');
  return decision.events;
}

const headOf = (book: BookScenario, by: string, index = 0) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: book.log.length + 1 + index,
  time: book.now,
  by,
});

describe('What the payer’s book says of a refund from another org', () => {
  function paid(settled: boolean): { book: BookScenario; payment_id: string } {
    const book = new BookScenario({ treasury: 10n });
    const payment_id = book.spend(10n, { payee: { agent: 'shop', org: OTHER_ORG }, labels: { for: 'tea' } });
    if (settled) book.given({ type: 'clearing.settle', credential: OWNER, payment_id, outcome: { credited: SHOP } });
    book.passTime(1000);
    return { book, payment_id };
  }

  const back = (payment_id: string, amount: bigint, fields: Partial<ReturnClearing> = {}) => ({
    type: 'clearing.return' as const,
    credential: OWNER,
    key: 'k',
    fingerprint: 'f',
    payment_id,
    payee_org: OTHER_ORG,
    payee: SHOP,
    refund_id: REFUND,
    amount,
    asset: 'USD' as const,
    ...fields,
  });

  const refunded = (book: BookScenario, payment_id: string, index: number): object => ({
    type: 'payment.refunded',
    ...headOf(book, 'owner', index),
    key: 'k',
    fingerprint: 'f',
    payment_id,
    amount: '10',
    asset: 'USD',
    payer: { agent_id: book.agentOf('default').id, handle: 'default', wallet_id: TREASURY },
    payee: { payee_org: OTHER_ORG, handle: 'shop' },
    protocol: 'direct',
    labels: { for: 'tea' },
    first_use: true,
    authorized_at: book.now - 1000,
    postings: [{ debit: 'clearing:out:USD', credit: TREASURY, amount: '4', asset: 'USD' }],
    refund_id: REFUND,
    refunded: '4',
    refunded_total: '4',
    captured_total: '10',
  });

  it('D1 D15 given a refund without a reason, then it is recorded with what was given and what was captured', () => {
    const { book, payment_id } = paid(true);
    expect(recorded(book, back(payment_id, 4n))).toStrictEqual([refunded(book, payment_id, 0)]);
  });

  it('D15 given a refund that overtakes its credit, then the credit is recorded before it, and the key on the refund alone', () => {
    const { book, payment_id } = paid(false);
    const settled = {
      type: 'clearing.settled',
      ...headOf(book, 'owner'),
      payment_id,
      amount: '10',
      asset: 'USD',
      payee_org: OTHER_ORG,
      payee: SHOP,
    };
    const decision = book.consider(back(payment_id, 4n, { reason: 'late' }));
    const events = [settled, { ...refunded(book, payment_id, 1), reason: 'late' }];
    expect(decision).toStrictEqual({ kind: 'record', events, primary: 1 });
  });

  const ofPayment = (payment_id: string): Decline => ({
    code: 'payment_not_found',
    scope: { kind: 'payment', id: payment_id },
  });
  it.each<[string, bigint, Partial<ReturnClearing>, (payment_id: string) => Decline]>([
    ['nothing', 0n, {}, () => ({ code: 'amount_not_positive', scope: { kind: 'request', id: 'amount' } })],
    ['less than nothing', -1n, {}, () => ({ code: 'amount_not_positive', scope: { kind: 'request', id: 'amount' } })],
    [
      'more than was captured',
      11n,
      {},
      (id) => ({ code: 'refund_exceeds_captured', scope: { kind: 'payment', id }, asset: 'USD', requested: '11' }),
    ],
    ['another asset', 1n, { asset: 'JPY' }, ofPayment],
    ['what another org was paid', 1n, { payee_org: SCENARIO_ORG }, ofPayment],
  ])('D1 D7 given a refund of %s, then it is refused and says why', (_what, amount, fields, refusal) => {
    const { book, payment_id } = paid(true);
    expect(book.refused(back(payment_id, amount, fields))).toStrictEqual(refusal(payment_id));
  });

  it('D7 F1 given a refund or its end by an org key, or of nothing on its way, then the refusal says who or what it was', () => {
    const { book, payment_id } = paid(true);
    const role = { code: 'role_not_allowed', scope: { kind: 'key', id: 'key_admin' } };
    const { credential: _owner, ...byKey } = back(payment_id, 1n);
    expect(book.refused(byKey)).toStrictEqual(role);
    expect(book.refused({ type: 'clearing.settle_return', refund_id: REFUND })).toStrictEqual(role);
    const unknown = { type: 'clearing.settle_return', credential: OWNER, refund_id: REFUND } as const;
    expect(book.refused(unknown)).toStrictEqual(ofPayment(REFUND));
  });
});

describe('What the payee’s book says of a refund to another org', () => {
  const source = { source_org: OTHER_ORG, payment: PAYMENT, handle: 'stranger' };

  function credited(): { book: BookScenario; payee: { agent_id: string; handle: string }; wallet: string } {
    const book = new BookScenario();
    const agent_id = book.agent('shop', { funding: 'own' });
    book.given({
      type: 'clearing.credit',
      credential: OWNER,
      key: 'credit',
      fingerprint: '',
      source,
      payee: 'shop',
      amount: ONE,
      asset: 'USD',
    });
    book.passTime(1000);
    return { book, payee: { agent_id, handle: 'shop' }, wallet: agentWallet(agent_id, 'USD') };
  }

  const refund = (amount: bigint, fields: object = {}): CommandInput => ({
    type: 'payment.refund',
    payment_id: PAYMENT,
    amount,
    fresh_id: '5'.repeat(32),
    ...fields,
  });

  it('D1 D15 given a refund with or without a reason, then it is recorded with what was credited and by whom', () => {
    const { book, payee, wallet } = credited();
    book.given(refund(1n));
    const event = {
      type: 'clearing.refunded',
      ...headOf(book, 'key_admin'),
      payment_id: PAYMENT,
      source,
      payee,
      asset: 'USD',
      credited_total: '1000000',
      credited_at: book.now - 1000,
      refund_id: `pay_${'5'.repeat(32)}`,
      refunded: '4',
      refunded_total: '5',
      postings: [{ debit: wallet, credit: 'clearing:in:USD', amount: '4', asset: 'USD' }],
    };
    expect(recorded(book, refund(4n))).toStrictEqual([event]);
    expect(recorded(book, refund(4n, { reason: 'r' }))).toStrictEqual([{ ...event, reason: 'r' }]);
  });

  it('D1 D7 given a payee that has spent it, then the refusal is recorded with the same and what it lacks', () => {
    const { book, payee, wallet } = credited();
    book.spend(ONE, { agent: 'shop' });
    expect(recorded(book, refund(4n, { key: 'k', fingerprint: 'f' }))).toStrictEqual([
      {
        type: 'clearing.refund_refused',
        ...headOf(book, 'key_admin'),
        key: 'k',
        fingerprint: 'f',
        payment_id: PAYMENT,
        source,
        payee,
        asset: 'USD',
        credited_total: '1000000',
        credited_at: book.now - 1000,
        decline: {
          code: 'refund_exceeds_payee_funds',
          scope: { kind: 'wallet', id: wallet },
          asset: 'USD',
          requested: '4',
          remaining: '0',
        },
      },
    ]);
  });

  it('D7 given a refund of nothing or of too much, then it is refused and says what was credited and given back', () => {
    const { book } = credited();
    book.given(refund(1n));
    const amount = { code: 'amount_not_positive', scope: { kind: 'request', id: 'amount' } };
    expect(book.refused(refund(0n))).toStrictEqual(amount);
    expect(book.refused(refund(-1n))).toStrictEqual(amount);
    expect(book.refused(refund(ONE))).toStrictEqual({
      code: 'refund_exceeds_captured',
      scope: { kind: 'payment', id: PAYMENT },
      asset: 'USD',
      limit: '1000000',
      spent: '1',
      requested: '1000000',
      remaining: '999999',
    });
  });

  it('D15 given its end, then that is recorded with what was on its way', () => {
    const { book } = credited();
    book.given(refund(4n));
    const refund_id = `pay_${'5'.repeat(32)}`;
    expect(recorded(book, { type: 'clearing.settle_return', credential: OWNER, refund_id })).toStrictEqual([
      {
        type: 'clearing.returned',
        ...headOf(book, 'owner'),
        payment_id: PAYMENT,
        refund_id,
        amount: '4',
        asset: 'USD',
      },
    ]);
  });
});
