import { beforeEach, describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, OWNER, SCENARIO_START, type CommandInput } from '#testing';
import type { AuthorizePayment, CreditClearing, OpenPaymentRequest, RequestOpened } from '#domain';

const THERE = 'org_00000000000070008000000000000002';
const PAYER = `agt_${'a'.repeat(32)}`;

let book: BookScenario;
beforeEach(() => void (book = new BookScenario()));

describe('In the payee’s book, a credit from the payer’s', () => {
  let payee: string;
  let number = 0;
  beforeEach(() => void (payee = book.agent('shop')));

  const opened = (fields: Partial<OpenPaymentRequest> = {}): string =>
    (
      book.given({
        type: 'request.open',
        payee: 'shop',
        payer: { agent: 'buyer', org: THERE },
        amount: ONE,
        asset: 'USD',
        labels: {},
        ...fields,
      }) as RequestOpened
    ).request_id;

  function credit(request_id: string, fields: Partial<CreditClearing> = {}): CommandInput {
    const payment = `pay_${(++number).toString(16).padStart(32, '0')}`;
    return {
      type: 'clearing.credit',
      credential: OWNER,
      key: `§credit:${THERE}:${payment}`,
      fingerprint: '',
      source: { source_org: THERE, payment, handle: 'buyer' },
      payee: 'shop',
      amount: ONE,
      asset: 'USD',
      request_id,
      payer_id: PAYER,
      authorized_at: book.now,
      ...fields,
    };
  }

  const earned = (): bigint => book.wallet(`wal_${payee.slice(4)}_usd`)[0];

  it('C6: pays the request in one decision, once, however often the credit comes', () => {
    const id = opened();
    const command = credit(id);
    const before = book.log.length;
    expect(book.given(command)).toMatchObject({ type: 'clearing.credited', request_id: id });
    expect(book.typesSince(before)).toEqual(['clearing.credited', 'request.paid']);
    expect(book.log.at(-1)).toMatchObject({
      request_id: id,
      payment: `pay_${number.toString(16).padStart(32, '0')}`,
      payer: { payer_org: THERE, handle: 'buyer' },
    });
    expect(book.when(command).kind).toBe('replay');
    expect(earned()).toBe(ONE);
    expect(book.state.requests.get(id)).toBeUndefined();
  });

  it('C1: a second payment of it is refused, so that it goes back, and names the first', () => {
    const id = opened();
    book.given(credit(id));
    const first = `pay_${number.toString(16).padStart(32, '0')}`;
    expect(book.given(credit(id))).toMatchObject({
      type: 'clearing.refused',
      decline: { code: 'payment_request_paid', scope: { kind: 'payment', id: first } },
    });
    expect(earned()).toBe(ONE);
  });

  it.each([
    ['amount', { amount: ONE - 1n }],
    ['amount', { amount: ONE + 1n }],
    ['currency', { asset: 'JPY' as const }],
    ['payee', { payee: 'other' }],
  ])('C5: one of another %s is refused and leaves it open', (rule, fields) => {
    book.agent('other');
    const id = opened();
    expect(book.given(credit(id, fields))).toMatchObject({
      type: 'clearing.refused',
      decline: { code: 'payment_request_mismatch', rule },
    });
    expect(book.given(credit(id))).toMatchObject({ type: 'clearing.credited' });
  });

  it('F7: one from another agent, or another org, pays nothing; who was asked by its id may have any handle', () => {
    const id = opened();
    const source = { source_org: THERE, payment: `pay_${'9'.repeat(32)}`, handle: 'other' };
    const notFound = { type: 'clearing.refused', decline: { code: 'payment_request_not_found' } };
    expect(book.given(credit(id, { source }))).toMatchObject(notFound);
    const elsewhere = { ...source, source_org: THERE.replace(/2$/, '3'), handle: 'buyer' };
    expect(book.given(credit(id, { source: elsewhere }))).toMatchObject(notFound);
    const byId = opened({ payer: { agent: PAYER, org: THERE } });
    expect(book.given(credit(byId, { source }))).toMatchObject({ type: 'clearing.credited' });
    const near = book.agent('near');
    const own = opened({ payer: { agent: near } });
    expect(book.given(credit(own))).toMatchObject(notFound);
    expect(book.given(credit(`req_${'0'.repeat(32)}`))).toMatchObject(notFound);
  });

  it.each([
    ['cancelled', (id: string): CommandInput => ({ type: 'request.cancel', request_id: id })],
    [
      'declined',
      (id: string): CommandInput => ({
        type: 'request.decline',
        credential: OWNER,
        payer_org: THERE,
        request_id: id,
      }),
    ],
  ])('D15: one that comes after it was %s is refused, so that the money goes back', (what, end) => {
    const id = opened();
    book.given(end(id));
    expect(book.given(credit(id))).toMatchObject({
      type: 'clearing.refused',
      decline: { code: `payment_request_${what}`, scope: { kind: 'payment_request', id } },
    });
    expect(earned()).toBe(0n);
  });

  it('E7: is in time where the payer’s book let it pay in time, however long it was on its way', () => {
    const [inTime, late] = [opened({ expires_in_ms: 1_000 }), opened({ expires_in_ms: 1_000 })];
    book.passTime(60_000);
    expect(book.given(credit(inTime, { authorized_at: SCENARIO_START + 999 }))).toMatchObject({
      type: 'clearing.credited',
    });
    expect(book.given(credit(late, { authorized_at: SCENARIO_START + 1_000 }))).toMatchObject({
      type: 'clearing.refused',
      decline: { code: 'payment_request_expired' },
    });
  });

  it('keeps a word of the payer’s that names no payment request', () => {
    expect(book.given(credit('order 17'))).toMatchObject({ type: 'clearing.credited', request_id: 'order 17' });
    expect(book.given(credit('order 17'))).toMatchObject({ type: 'clearing.credited' });
  });
});

describe('In the payer’s book, a payment of a request of another org', () => {
  const REQUEST = `req_${'7'.repeat(32)}`;
  beforeEach(() => void book.agent('buyer'));

  function pay(fields: Partial<AuthorizePayment> = {}): CommandInput {
    const payee = { agent: 'shop', org: THERE };
    return book.payment(ONE, { agent: 'buyer', payee, capture: true, request_id: REQUEST, ...fields });
  }
  const paid = (fields: Partial<AuthorizePayment> = {}): string =>
    (book.given(pay(fields)) as unknown as { payment_id: string }).payment_id;

  it('C1: is made once, whoever tries how often, and says so in the same decision', () => {
    const before = book.log.length;
    const keyed = { key: 'pay', fingerprint: 'v1' };
    const payment = paid(keyed);
    expect(book.typesSince(before)).toEqual(['payment.transferred', 'request.payment_sent']);
    expect(book.log.at(-1)).toMatchObject({
      request_id: REQUEST,
      payment,
      payer: { agent_id: book.agentOf('buyer').id, handle: 'buyer' },
      payee: { payee_org: THERE, handle: 'shop' },
    });
    expect(book.log.at(-1)).not.toHaveProperty('payer.wallet_id');
    expect(book.when(pay(keyed)).kind).toBe('replay');
    book.agent('other');
    for (const fields of [{}, { agent: 'other' }, { amount: 2n }])
      expect(book.refused(pay(fields))).toEqual({
        code: 'payment_request_paid',
        scope: { kind: 'payment', id: payment },
      });
  });

  it('D15: may be made again where the first one came back', () => {
    const payment_id = paid();
    const before = book.log.length;
    const outcome = { refused: 'payee_not_found' as const };
    book.given({ type: 'clearing.settle', credential: OWNER, payment_id, outcome });
    expect(book.typesSince(before)).toEqual(['payment.refunded', 'request.payment_reversed']);
    expect(book.log.at(-1)).toMatchObject({ request_id: REQUEST, payment: payment_id });
    const again = paid();
    expect(again).not.toBe(payment_id);
    expect(book.refused(pay()).code).toBe('payment_request_paid');
  });

  it('says nothing of payment requests where the payment names none', () => {
    const before = book.log.length;
    const payment_id = paid({ request_id: 'order 17' });
    book.given({
      type: 'clearing.settle',
      credential: OWNER,
      payment_id,
      outcome: { refused: 'payee_not_found' },
    });
    expect(book.typesSince(before)).toEqual(['payment.transferred', 'payment.refunded']);
  });

  it('A1: that a rule declines is none: another may be made', () => {
    book.given({ type: 'agent.change', agent: 'buyer', set_limits: [limit('payment', ONE - 1n)] });
    expect(book.refused(pay()).code).toBe('per_payment_limit_exceeded');
    book.given({ type: 'agent.change', agent: 'buyer', limits: [] });
    paid();
  });

  it('is refused for what the payee’s book has said of it, after the answer of its key', () => {
    const request_there = { ended: 'payment_request_cancelled' as const };
    const scope = { kind: 'payment_request', id: REQUEST };
    expect(book.refused(pay({ request_there }))).toEqual({ code: 'payment_request_cancelled', scope });
    expect(book.refused(pay({ request_there: { expires_at: book.now } }))).toEqual({
      code: 'payment_request_expired',
      scope,
    });
    const keyed = { key: 'pay', fingerprint: 'v1' };
    const payment = paid({ ...keyed, request_there: { expires_at: book.now + 1 } });
    expect(book.when(pay({ ...keyed, request_there })).kind).toBe('replay');
    expect(book.refused(pay({ request_there })).scope.id).toBe(payment);
  });

  it('is made at once and not held', () => {
    expect(book.refused(pay({ capture: false }))).toMatchObject({ code: 'payment_request_mismatch', rule: 'capture' });
  });

  it('C1: that waits for an approval keeps others from being made, and is the one when it is approved', () => {
    book.given({ type: 'agent.change', agent: 'buyer', approval_above: { amount: '1', asset: 'USD' } });
    const payment = paid();
    expect(book.refused(pay())).toEqual({
      code: 'payment_request_pending',
      scope: { kind: 'payment', id: payment },
    });
    const before = book.log.length;
    book.given({ type: 'approval.approve', approval_id: payment.replace('pay_', 'apr_') });
    expect(book.typesSince(before)).toEqual(['payment.approved', 'payment.captured', 'request.payment_sent']);
    expect(book.state.clearings.get(payment)?.details.request_id).toBe(REQUEST);
    expect(book.refused(pay()).code).toBe('payment_request_paid');
  });
});
