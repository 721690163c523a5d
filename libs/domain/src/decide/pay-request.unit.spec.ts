import { beforeEach, describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, type CommandInput } from '#testing';
import type { AuthorizePayment, Credential, OpenPaymentRequest, RequestOpened } from '#domain';

let book: BookScenario;
let payer: string;
let payee: string;

beforeEach(() => {
  book = new BookScenario();
  payer = book.agent('payer');
  payee = book.agent('payee');
});

const opened = (fields: Partial<OpenPaymentRequest> = {}): string =>
  (
    book.given({
      type: 'request.open',
      payee: 'payee',
      payer: { agent: 'payer' },
      amount: ONE,
      asset: 'USD',
      labels: {},
      ...fields,
    }) as RequestOpened
  ).request_id;

function pay(request_id: string, fields: Partial<AuthorizePayment> = {}): CommandInput {
  return book.payment(ONE, { agent: 'payer', payee: { agent: 'payee' }, capture: true, request_id, ...fields });
}

const earned = (): bigint => book.wallet(`wal_${payee.slice(4)}_usd`)[0];

describe('A word of the caller’s beside a payment', () => {
  it('stands on the decision and on every later event of the payment, and changes nothing of it', () => {
    const id = book.hold(ONE, { agent: 'payer', request_id: 'order 17' });
    book.given({ type: 'payment.capture', payment_id: id, final: true });
    expect(book.log.slice(-2)).toMatchObject([
      { type: 'payment.authorized', request_id: 'order 17' },
      { type: 'payment.captured', request_id: 'order 17' },
    ]);
    expect(book.trySpend(ONE, { agent: 'payer', request_id: 'order 17' })).toBeUndefined();
    expect(book.given(book.payment(ONE, { agent: 'payer' }))).not.toHaveProperty('request_id');
  });
});

describe('Paying a payment request', () => {
  it('C1 D7: is one payment and, in the same decision, the request’s end', () => {
    const id = opened();
    const before = book.log.length;
    const event = book.given(pay(id, { key: 'pay', fingerprint: 'v1:pay' }));
    expect(event).toMatchObject({ type: 'payment.transferred', request_id: id, amount: '1000000' });
    expect(book.typesSince(before)).toEqual(['payment.transferred', 'request.paid']);
    expect(book.log.at(-1)).toEqual({
      type: 'request.paid',
      version: 1,
      org: book.log[0]!.org,
      sequence: before + 2,
      time: book.now,
      by: 'key_admin',
      request_id: id,
      payee: { agent_id: payee, handle: 'payee' },
      payer: { agent_id: payer, handle: 'payer' },
      payment: 'payment_id' in event ? event.payment_id : '',
    });
    expect(book.state.requests.get(id)).toBeUndefined();
    expect(earned()).toBe(ONE);
  });

  it('C1: happens once, under whatever keys it is tried: the same key has the first answer, others the payment’s name', () => {
    const id = opened();
    const keyed = { key: 'pay', fingerprint: 'v1:pay' };
    const event = book.given(pay(id, keyed));
    expect(book.when(pay(id, keyed))).toMatchObject({ kind: 'replay', bound: { event: { sequence: event.sequence } } });
    for (let copy = 0; copy < 20; copy++)
      expect(book.refused(pay(id, { key: `copy ${copy}`, fingerprint: 'v1:pay' }))).toEqual({
        code: 'payment_request_paid',
        scope: { kind: 'payment', id: 'payment_id' in event ? event.payment_id : '' },
      });
    expect(earned()).toBe(ONE);
  });

  it.each([
    ['payee', () => ({ payee: { agent: book.agent('other') } })],
    ['payee', () => ({ payee: { service: 'search' } })],
    ['amount', () => ({ amount: ONE - 1n })],
    ['amount', () => ({ amount: ONE + 1n })],
    ['currency', () => ({ asset: 'JPY' as const })],
    ['capture', () => ({ capture: false })],
  ])('C5: is of what it asks for: another %s is refused and leaves it open', (rule, changed) => {
    const id = opened();
    const fields = changed();
    const before = book.log.length;
    expect(book.refused(pay(id, fields))).toMatchObject({
      code: 'payment_request_mismatch',
      scope: { kind: 'payment_request', id },
      rule,
    });
    expect(book.log).toHaveLength(before);
    expect(book.given(pay(id))).toMatchObject({ type: 'payment.transferred' });
  });

  it('F7: is for the agent that was asked, whose token, session or org does it; for another agent there is no such request', () => {
    const token = (subject: string, proof: string): Credential => ({ subject, proof });
    book.agent('other');
    const id = opened();
    expect(book.refused(pay(id, { agent: 'other' })).code).toBe('payment_request_not_found');
    expect(book.refused(pay(`req_${'0'.repeat(32)}`)).code).toBe('payment_request_not_found');
    expect(book.given(pay(id, { agent: undefined, credential: token(payer, 'payer proof') }))).toMatchObject({
      by: payer,
    });
    const session = book.session(5n * ONE, { agent: 'payer' });
    const inSession = { agent: undefined, credential: token(session, 'session proof') };
    expect(book.given(pay(opened(), inSession))).toMatchObject({ by: session, session_id: session });
    expect(book.sessionOf(session).spent).toBe(ONE);
  });

  it('A1: that a rule declines leaves it open, and a later one with a new key pays it', () => {
    book.given({ type: 'agent.change', agent: 'payer', set_limits: [limit('lifetime', ONE - 1n)] });
    const id = opened();
    expect(book.refused(pay(id, { key: 'first', fingerprint: 'v1' })).code).toBe('lifetime_cap_exceeded');
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.declined', request_id: id });
    expect(book.state.requests.get(id)).toBeDefined();
    book.given({ type: 'agent.change', agent: 'payer', set_limits: [limit('lifetime', ONE)] });
    expect(book.refused(pay(id, { key: 'first', fingerprint: 'v1' })).code).toBe('lifetime_cap_exceeded');
    expect(book.given(pay(id, { key: 'second', fingerprint: 'v1' }))).toMatchObject({ type: 'payment.transferred' });
  });

  it.each([
    ['cancelled', 'payment_request_cancelled', (id: string) => book.given({ type: 'request.cancel', request_id: id })],
    ['declined', 'payment_request_declined', (id: string) => book.given({ type: 'request.decline', request_id: id })],
    ['over', 'payment_request_expired', () => book.passTime(60_000)],
  ])('is refused once it is %s, and binds no key', (_what, code, end) => {
    const id = opened({ expires_in_ms: 60_000 });
    end(id);
    const before = book.log.length;
    expect(book.refused(pay(id, { key: 'late', fingerprint: 'v1' }))).toEqual({
      code,
      scope: { kind: 'payment_request', id },
    });
    expect(book.log).toHaveLength(before);
  });

  it('E1: passes one millisecond before its time is over', () => {
    const id = opened({ expires_in_ms: 60_000 });
    book.passTime(59_999);
    expect(book.given(pay(id))).toMatchObject({ type: 'payment.transferred' });
  });

  it('F1: is refused where the payee is revoked since', () => {
    const id = opened();
    book.given({ type: 'agent.revoke', agent: 'payee' });
    expect(book.refused(pay(id, { payee: { agent: payee } })).code).toBe('payee_not_found');
  });
});

describe('A payment of a request that waits for an approval', () => {
  beforeEach(
    () => void book.given({ type: 'agent.change', agent: 'payer', approval_above: { amount: '1', asset: 'USD' } }),
  );

  const waiting = (id: string): { payment_id: string; approval_id: string } =>
    book.given(pay(id)) as unknown as { payment_id: string; approval_id: string };
  const approve = (approval_id: string): CommandInput => ({ type: 'approval.approve', approval_id });

  it('C1: keeps others from paying it meanwhile, and pays it when it is approved', () => {
    const id = opened();
    const { payment_id, approval_id } = waiting(id);
    expect(book.state.requests.get(id)).toBeDefined();
    for (let copy = 0; copy < 20; copy++)
      expect(book.refused(pay(id))).toEqual({
        code: 'payment_request_pending',
        scope: { kind: 'payment', id: payment_id },
      });
    const before = book.log.length;
    book.given(approve(approval_id));
    expect(book.typesSince(before)).toEqual(['payment.approved', 'payment.captured', 'request.paid']);
    expect(book.log.at(-1)).toMatchObject({ payment: payment_id, request_id: id });
    expect(book.refused(pay(id)).code).toBe('payment_request_paid');
    expect(earned()).toBe(ONE);
  });

  it('leaves it open where it is denied', () => {
    const id = opened();
    book.given({ type: 'approval.deny', approval_id: waiting(id).approval_id });
    expect(waiting(id)).toMatchObject({ type: 'payment.pending_approval' });
  });

  it.each([
    ['cancelled', (id: string): CommandInput => ({ type: 'request.cancel', request_id: id })],
    ['declined', (id: string): CommandInput => ({ type: 'request.decline', request_id: id })],
  ])(
    'is not approved any more once the request is %s: the money stays held until it is denied or over',
    (what, end) => {
      const id = opened();
      const { payment_id, approval_id } = waiting(id);
      book.given(end(id));
      expect(book.refused(approve(approval_id)).code).toBe(`payment_request_${what}`);
      expect(book.log.at(-1)).toMatchObject({ type: 'payment.approval_refused', payment_id });
      expect(earned()).toBe(0n);
      book.given({ type: 'approval.deny', approval_id });
      expect(book.state.payments.get(payment_id)).toBeUndefined();
    },
  );

  it('E7: pays what it was in time for, though the request is over when it is approved, and gone from memory', () => {
    const id = opened({ expires_in_ms: 1_000 });
    const { approval_id } = waiting(id);
    book.passTime(2_000);
    for (let more = 0; more < 1_000; more++) opened();
    expect(book.state.requests.get(id)).toBeUndefined();
    book.given(approve(approval_id));
    expect(book.log.at(-1)).toMatchObject({ type: 'request.paid', request_id: id });
    expect(book.agentOf('payee').requests).toBe(1_000);
  });
});
