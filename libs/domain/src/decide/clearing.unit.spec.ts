import { describe, expect, test } from '@jest/globals';
import { BookScenario, ONE, OWNER, SCENARIO_ORG } from '#testing';
import type { BookEvent } from '../events/index.js';

const OTHER_ORG = `org_${'7'.repeat(32)}`;
const SOURCE = { source_org: OTHER_ORG, payment: `pay_${'5'.repeat(32)}`, handle: 'stranger' };

function credit(payee: string, payment = SOURCE.payment) {
  return {
    type: 'clearing.credit' as const,
    credential: OWNER,
    key: `§credit:${OTHER_ORG}:${payment}`,
    fingerprint: '',
    source: { ...SOURCE, payment },
    payee,
    amount: ONE,
    asset: 'USD' as const,
  };
}

function payingBook(): { book: BookScenario; agent: string } {
  const book = new BookScenario({ treasury: 10n * ONE });
  const agent = book.agent('payer', {
    limits: [{ of: 'amount', per: 'lifetime', maximum: (2n * ONE).toString(), asset: 'USD' }],
  });
  return { book, agent };
}

function pay(book: BookScenario, capture = true): string {
  const event = book.given(
    book.payment(ONE, { agent: 'payer', payee: { agent: 'shop', org: OTHER_ORG }, capture }),
  ) as Extract<BookEvent, { payment_id: string }>;
  return event.payment_id;
}

/** All accounts of a book; money that came from outside stands there as debt. */
function sum(book: BookScenario): bigint {
  let total = 0n;
  for (const wallet of book.state.wallets.values()) total += wallet.available + wallet.held;
  return total;
}

describe('payments between orgs', () => {
  test('D15: given a payment to an agent of another org, when it is captured, then the money stands in clearing', () => {
    const { book } = payingBook();
    const payment_id = pay(book, false);
    expect(book.state.clearings.get(payment_id)).toBeUndefined();
    book.given({ type: 'payment.capture', payment_id, final: true });
    expect(book.state.wallets.get('clearing:out:USD')?.available).toBe(ONE);
    expect(book.state.clearings.get(payment_id)?.amount).toBe(ONE);
    expect(sum(book)).toBe(0n);
  });

  test('C1, D3: given a payment in clearing, when its settlement comes twice, then it is recorded once', () => {
    const { book } = payingBook();
    const settle = {
      type: 'clearing.settle' as const,
      credential: OWNER,
      payment_id: pay(book),
      outcome: { credited: { agent_id: `agt_${'6'.repeat(32)}`, handle: 'shop' } },
    };
    book.given(settle);
    expect(book.when(settle)).toMatchObject({ kind: 'refuse', refusal: { code: 'payment_not_found' } });
    expect(book.when({ ...settle, outcome: { refused: 'payee_not_found' } }).kind).toBe('refuse');
    expect(book.state.clearings.size).toBe(0);
    expect(book.log.filter(({ type }) => type === 'clearing.settled')).toHaveLength(1);
  });

  test('D1, D5: given a payee that is refused, when it is reversed, then wallet and cap are as before, once', () => {
    const { book, agent } = payingBook();
    const reverse = {
      type: 'clearing.settle' as const,
      credential: OWNER,
      payment_id: pay(book),
      outcome: { refused: 'payee_not_found' as const },
    };
    expect(book.given(reverse)).toMatchObject({
      type: 'payment.refunded',
      refund_id: expect.stringMatching(/^pay_[0-9a-f]{32}$/),
      reversed: 'payee_not_found',
    });
    expect(book.when(reverse).kind).toBe('refuse');
    expect(book.state.wallets.get('clearing:out:USD')?.available).toBe(0n);
    expect(book.state.agents.get(agent)?.totals.USD?.spent).toBe(0n);
    expect(sum(book)).toBe(0n);
  });

  test('C1: given a credit, when it is repeated after the payee was revoked, then the first answer stands', () => {
    const book = new BookScenario();
    const payee = book.agent('shop');
    const before = sum(book);
    expect(book.given(credit('shop'))).toMatchObject({ type: 'clearing.credited', payee: { agent_id: payee } });
    book.given({ type: 'agent.revoke', agent: 'shop' });
    expect(book.when(credit('shop'))).toMatchObject({
      kind: 'replay',
      bound: { event: { type: 'clearing.credited' } },
    });
    expect(book.state.wallets.get('clearing:in:USD')?.available).toBe(-ONE);
    expect(sum(book)).toBe(before);
  });

  test('C1: given a credit for an unknown or revoked payee, when it is repeated, then it stays refused', () => {
    const book = new BookScenario();
    expect(book.given(credit('nobody'))).toMatchObject({
      type: 'clearing.refused',
      decline: { code: 'payee_not_found' },
    });
    book.agent('nobody');
    expect(book.when(credit('nobody'))).toMatchObject({
      kind: 'replay',
      bound: { event: { type: 'clearing.refused' } },
    });
    book.given({ type: 'agent.revoke', agent: 'nobody' });
    expect(book.given(credit('nobody', `pay_${'4'.repeat(32)}`)).type).toBe('clearing.refused');
    expect(book.state.wallets.get('clearing:in:USD')).toBeUndefined();
  });

  test('F1: given a credential other than the owner, when it credits or settles, then it is refused', () => {
    const { book } = payingBook();
    const admin = { subject: 'key_admin', proof: 'admin proof' };
    const payment_id = pay(book);
    const settle = { type: 'clearing.settle', payment_id, outcome: { refused: 'payee_not_found' } } as const;
    const refusal = { code: 'role_not_allowed', scope: { kind: 'key', id: 'key_admin' } };
    for (const command of [credit('payer'), settle])
      expect(book.when({ ...command, credential: admin })).toEqual({ kind: 'refuse', refusal });
  });

  test('A12: given a credit of nothing, or one without a key, then it is refused', () => {
    const { book } = payingBook();
    for (const amount of [0n, -1n])
      expect(book.refused({ ...credit('payer'), amount })).toEqual({
        code: 'amount_not_positive',
        scope: { kind: 'request', id: 'amount' },
      });
    const { key: _key, ...keyless } = credit('payer');
    expect(book.refused(keyless)).toEqual({ code: 'role_not_allowed', scope: { kind: 'key', id: 'owner' } });
  });

  test('D15: given a hold for another org, when a part is captured with more to come, then it is refused', () => {
    const { book } = payingBook();
    const payment_id = pay(book, false);
    expect(book.refused({ type: 'payment.capture', payment_id, amount: 1n, final: false }).code).toBe(
      'payment_not_capturable',
    );
  });

  test('D15: given a hold for another org, when all of it is captured with more to come, then that was all', () => {
    const { book } = payingBook();
    const payment_id = pay(book, false);
    expect(book.given({ type: 'payment.capture', payment_id, amount: ONE, final: false })).toMatchObject({
      captured: ONE.toString(),
      final: true,
    });
    expect(book.state.clearings.get(payment_id)?.amount).toBe(ONE);
  });

  test('B5, D15: given a hold for another org, when it came to nothing, then nothing is on its way', () => {
    const { book } = payingBook();
    book.given({ type: 'payment.capture', payment_id: pay(book, false), amount: 0n, final: true });
    expect(book.state.clearings.size).toBe(0);
    expect(sum(book)).toBe(0n);
  });

  test('F7: given a list that denies the other org, when its agent is paid, then it is refused by that list', () => {
    const { book } = payingBook();
    book.given({ type: 'agent.change', agent: 'payer', lists: { deny: { payee_orgs: [OTHER_ORG] } } });
    const toShop = { agent: 'payer', payee: { agent: 'shop', org: OTHER_ORG } };
    expect(book.trySpend(1n, toShop)).toMatchObject({ code: 'payee_not_allowed', rule: 'deny:payee_orgs' });
  });

  test('D15: given an org that takes no payments from others, when it is credited, then it refuses for good, with its own code', () => {
    const book = new BookScenario();
    book.agent('shop');
    const early = `pay_${'1'.repeat(32)}`;
    book.given(credit('shop', early));
    book.given({ type: 'organization.change', accept_foreign_payments: false });
    const refused = { type: 'clearing.refused', decline: { code: 'foreign_payments_not_accepted' } };
    expect(book.given(credit('shop'))).toMatchObject(refused);
    expect(book.when(credit('shop', early))).toMatchObject({ bound: { event: { type: 'clearing.credited' } } });
    book.given({ type: 'organization.change', accept_foreign_payments: true });
    expect(book.when(credit('shop'))).toMatchObject({ kind: 'replay', bound: { event: refused } });
    expect(book.given(credit('shop', `pay_${'2'.repeat(32)}`)).type).toBe('clearing.credited');
  });

  test('D15: given the own org is named as the payee org, when paid, then it is an ordinary payment', () => {
    const { book } = payingBook();
    const shop = book.agent('shop');
    const event = book.given(
      book.payment(ONE, { agent: 'payer', payee: { agent: 'shop', org: SCENARIO_ORG }, capture: true }),
    );
    expect(event).toMatchObject({ payee: { agent_id: shop } });
    expect(book.state.clearings.size).toBe(0);
  });
});
