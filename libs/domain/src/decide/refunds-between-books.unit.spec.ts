import { describe, expect, test } from '@jest/globals';
import { ADMIN, BookScenario, ONE, OWNER } from '#testing';
import { agentWallet } from '../accounts.js';
import type { BookEvent } from '../events/index.js';

const OTHER_ORG = `org_${'7'.repeat(32)}`;
const PAYMENT = `pay_${'5'.repeat(32)}`;
const PAYEE = { agent_id: `agt_${'6'.repeat(32)}`, handle: 'shop' };

/** All accounts of a book; money that came from outside stands there as debt. */
function sum(book: BookScenario): bigint {
  let total = 0n;
  for (const wallet of book.state.wallets.values()) total += wallet.available + wallet.held;
  return total;
}

const refund = (fields: { amount?: bigint; key?: string; fresh_id?: string; credential?: typeof ADMIN } = {}) => ({
  type: 'payment.refund' as const,
  payment_id: PAYMENT,
  fingerprint: 'v1:refund',
  ...fields,
});

describe('the payee’s book of a refund between orgs', () => {
  function creditedBook(): { book: BookScenario; shop: string } {
    const book = new BookScenario();
    const shop = book.agent('shop', { funding: 'own' });
    book.given({
      type: 'clearing.credit',
      credential: OWNER,
      key: `§credit:${OTHER_ORG}:${PAYMENT}`,
      fingerprint: '',
      source: { source_org: OTHER_ORG, payment: PAYMENT, handle: 'stranger' },
      payee: 'shop',
      amount: ONE,
      asset: 'USD',
    });
    return { book, shop };
  }

  test('D1, D15: given a credit, when it is refunded in parts, then the money leaves the payee and is on its way back, never above the credit', () => {
    const { book, shop } = creditedBook();
    const before = sum(book);
    const first = book.given(refund({ amount: 300_000n, key: 'one' }));
    expect(first).toMatchObject({
      type: 'clearing.refunded',
      source: { source_org: OTHER_ORG },
      refunded: '300000',
      refunded_total: '300000',
      credited_total: ONE.toString(),
    });
    expect(book.refused(refund({ amount: 700_001n }))).toMatchObject({
      code: 'refund_exceeds_captured',
      limit: ONE.toString(),
      spent: '300000',
      remaining: '700000',
    });
    book.given(refund());
    expect(book.refused(refund()).code).toBe('refund_exceeds_captured');
    expect(book.wallet(agentWallet(shop, 'USD'))).toEqual([0n, 0n]);
    expect(book.wallet('clearing:in:USD')).toEqual([0n, 0n]);
    expect([...book.state.returns.values()].map(({ amount }) => amount)).toEqual([300_000n, 700_000n]);
    expect(sum(book)).toBe(before);
    expect([...book.replayed().returns.values()]).toEqual([...book.state.returns.values()]);
  });

  test('C1: given a refund on its way, when its key is repeated and its end comes twice, then each is recorded once', () => {
    const { book } = creditedBook();
    const { refund_id } = book.given(refund({ amount: 1n, key: 'one' })) as Extract<BookEvent, { refund_id: string }>;
    expect(book.when(refund({ amount: 1n, key: 'one' })).kind).toBe('replay');
    const end = { type: 'clearing.settle_return' as const, credential: OWNER, refund_id };
    expect(book.given(end)).toMatchObject({ type: 'clearing.returned', payment_id: PAYMENT, refund_id, amount: '1' });
    expect(book.when(end)).toMatchObject({ kind: 'refuse', refusal: { code: 'payment_not_found' } });
    expect(book.state.returns.size).toBe(0);
  });

  test('D1: given a payee that has spent the money, when it is refunded, then the refusal is recorded and binds the key', () => {
    const { book, shop } = creditedBook();
    book.spend(ONE - 1n, { agent: 'shop' });
    expect(book.refused(refund({ amount: 2n, key: 'late' }))).toMatchObject({
      code: 'refund_exceeds_payee_funds',
      scope: { kind: 'wallet', id: agentWallet(shop, 'USD') },
      requested: '2',
      remaining: '1',
    });
    expect(book.log.at(-1)!.type).toBe('clearing.refund_refused');
    book.given({ type: 'topup', target: { wallet_id: agentWallet(shop, 'USD') }, amount: ONE, asset: 'USD' });
    expect(book.when(refund({ amount: 2n, key: 'late' })).kind).toBe('replay');
    expect(book.state.returns.size).toBe(0);
    book.given(refund({ amount: 2n, key: 'new' }));
  });

  test('F1, D10: given a credit, when others than the payee, those above it and org keys ask, then they are refused', () => {
    const { book, shop } = creditedBook();
    book.agent('sibling');
    book.agent('below', { parent_agent: 'shop' });
    const by = (handle: string) => ({ subject: book.agentOf(handle).id, proof: `${handle} proof` });
    expect(book.refused(refund({ credential: by('sibling') }))).toMatchObject({ code: 'agent_not_own' });
    expect(book.refused(refund({ credential: by('below') }))).toMatchObject({ code: 'agent_not_own' });
    const session = book.session(ONE, { agent: 'shop' });
    const token = { subject: session, proof: 'session proof' };
    expect(book.refused(refund({ credential: token }))).toMatchObject({ code: 'role_not_allowed' });
    expect(book.given(refund({ credential: by('shop'), amount: 1n }))).toMatchObject({ by: shop });
    book.given({ type: 'agent.revoke', agent: 'shop' });
    expect(book.refused(refund({ credential: { subject: shop, proof: 'shop proof' } }))).toMatchObject({
      code: 'credential_invalid',
    });
    expect(book.given(refund({ amount: 1n }))).toMatchObject({ by: 'key_admin', refunded_total: '2' });
  });

  test('F7: given a payment that reached nobody here, when it is refunded, then there is no such payment', () => {
    expect(new BookScenario().refused(refund()).code).toBe('payment_not_found');
  });
});

describe('the payer’s book of a refund between orgs', () => {
  function paid(settled = true) {
    const book = new BookScenario({ treasury: 10n * ONE });
    const day = { of: 'amount' as const, per: 'day' as const, maximum: (2n * ONE).toString(), asset: 'USD' as const };
    const payer = book.agent('payer', { limits: [day] });
    const session = book.session(5n * ONE);
    const payment_id = book.spend(ONE, {
      agent: 'payer',
      session_id: session,
      payee: { agent: 'shop', org: OTHER_ORG },
    });
    if (settled) book.given({ type: 'clearing.settle', credential: OWNER, payment_id, outcome: { credited: PAYEE } });
    return { book, payer, session, payment_id };
  }

  const back = (payment_id: string, amount: bigint, number = 1) => {
    const refund_id = `pay_${number.toString().padStart(32, '8')}`;
    return {
      type: 'clearing.return' as const,
      credential: OWNER,
      key: `§refund:${OTHER_ORG}:${refund_id}`,
      fingerprint: '',
      payment_id,
      payee_org: OTHER_ORG,
      payee: PAYEE,
      refund_id,
      amount,
      asset: 'USD' as const,
      reason: 'not delivered',
    };
  };

  test('C1, D5: given a refund from the payee’s org, when it comes twice, then wallet, session and window have it back once', () => {
    const { book, payer, session, payment_id } = paid();
    expect(book.given(back(payment_id, 400_000n))).toMatchObject({
      type: 'payment.refunded',
      refund_id: back(payment_id, 1n).refund_id,
      refunded: '400000',
      refunded_total: '400000',
      captured_total: ONE.toString(),
      reason: 'not delivered',
    });
    expect(book.when(back(payment_id, 400_000n)).kind).toBe('replay');
    expect(book.wallet()).toEqual([9_400_000n, 0n]);
    expect(book.wallet('clearing:out:USD')).toEqual([600_000n, 0n]);
    expect(book.state.agents.get(payer)?.totals.USD?.spent).toBe(600_000n);
    expect(book.sessionOf(session).spent).toBe(600_000n);
    expect(book.trySpend(1_400_000n, { agent: 'payer' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'payer' })?.code).toBe('window_limit_exceeded');
    expect(sum(book)).toBe(0n);
  });

  test('D1: given refunds, when one would give back more than was captured, or comes from another org, then nothing is taken', () => {
    const { book, payment_id } = paid();
    book.given(back(payment_id, 600_000n));
    expect(book.refused(back(payment_id, 400_001n, 2)).code).toBe('refund_exceeds_captured');
    const stranger = { ...back(payment_id, 1n, 3), payee_org: `org_${'4'.repeat(32)}` };
    expect(book.refused(stranger).code).toBe('payment_not_found');
    const near = book.spend(ONE, { agent: 'payer' });
    expect(book.refused(back(near, 1n, 4)).code).toBe('payment_not_found');
    expect(book.given(back(payment_id, 400_000n, 2))).toMatchObject({ refunded_total: ONE.toString() });
  });

  test('F1: given a key of the payer’s org, when it asks for a refund or brings one itself, then it is refused', () => {
    const { book, payment_id } = paid();
    expect(book.refused({ type: 'payment.refund', payment_id }).code).toBe('refund_is_payees');
    expect(book.refused({ ...back(payment_id, 1n), credential: ADMIN }).code).toBe('role_not_allowed');
    const refund_id = back(payment_id, 1n).refund_id;
    expect(book.refused({ type: 'clearing.settle_return', credential: ADMIN, refund_id }).code).toBe(
      'role_not_allowed',
    );
    expect(book.refused({ ...back(payment_id, 1n), key: undefined }).code).toBe('role_not_allowed');
  });

  test('D15: given a payer that is revoked and a session that is closed since, when a refund comes, then it is taken', () => {
    const { book, session, payment_id } = paid();
    book.given({ type: 'session.close', session_id: session });
    book.given({ type: 'agent.revoke', agent: 'payer' });
    book.given({ type: 'organization.change', accept_foreign_payments: false });
    expect(book.given(back(payment_id, ONE)).type).toBe('payment.refunded');
    expect(book.wallet()).toEqual([10n * ONE, 0n]);
  });

  test('D15: given a refund that overtakes the word of the credit, when it comes, then the payment is settled with it, once', () => {
    const { book, payment_id } = paid(false);
    const from = book.log.length;
    book.given(back(payment_id, 1n));
    expect(book.typesSince(from)).toEqual(['clearing.settled', 'payment.refunded']);
    expect(book.state.clearings.size).toBe(0);
    const late = { type: 'clearing.settle' as const, credential: OWNER, payment_id };
    expect(book.refused({ ...late, outcome: { credited: PAYEE } }).code).toBe('payment_not_found');
    expect(book.refused({ ...late, outcome: { refused: 'payee_not_found' } }).code).toBe('payment_not_found');
    expect(book.wallet('clearing:out:USD')).toEqual([ONE - 1n, 0n]);
  });

  test('D15: given a payment that was reversed, when a refund of it comes, then nothing is taken', () => {
    const { book, payment_id } = paid(false);
    const outcome = { refused: 'foreign_payments_not_accepted' as const };
    book.given({ type: 'clearing.settle', credential: OWNER, payment_id, outcome });
    expect(book.refused(back(payment_id, 1n)).code).toBe('refund_exceeds_captured');
  });
});
