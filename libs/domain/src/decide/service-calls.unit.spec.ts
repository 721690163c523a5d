import { describe, expect, it } from '@jest/globals';
import type { Command, Credential, Query } from '../commands/index.js';
import { ADMIN, BookScenario, limit, SCENARIO_ORG, type CommandInput } from '#testing';
import { serviceStepKey } from './service-steps.js';

const CALLER: Credential = { subject: 'settlement', proven_by: 'settlement', service: 'search' };
const OTHER: Credential = { ...CALLER, service: 'mail' };

function call(fields: Partial<Extract<CommandInput, { type: 'payment.authorize' }>> = {}): CommandInput {
  return {
    type: 'payment.authorize',
    agent: 'worker',
    payee: { service: 'search' },
    amount: 10n,
    asset: 'USD',
    capture: false,
    protocol: 'direct',
    labels: {},
    dispatched_for_ms: 30_000,
    ...fields,
  };
}

function keyOf(fields: object): string | undefined {
  return serviceStepKey({ org: SCENARIO_ORG, fresh_id: 'f', ...fields } as Command | Query);
}

function paymentOf(book: BookScenario, fields?: Parameters<typeof call>[0]): string {
  const event = book.given(call(fields));
  if (!('payment_id' in event) || event.payment_id === undefined) throw new Error('no payment');
  return event.payment_id;
}

describe('A call of a paid service', () => {
  it('B1 given a hold that is dispatched in the same decision, when its time passes, then it never expires: its outcome is unknown', () => {
    const book = new BookScenario();
    book.agent('worker');
    const payment = paymentOf(book, { request_hash: 'hash' });
    expect(book.log.at(-1)).toMatchObject({
      type: 'payment.authorized',
      request_hash: 'hash',
      unknown_at: book.now + 30_000,
    });
    expect(book.state.payments.get(payment)).toMatchObject({ status: 'dispatched' });
    book.passTime(30_000);
    book.lapse();
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.outcome_unknown', payment_id: payment });
    expect(book.wallet()[1]).toBe(10n);
  });

  it('A1 given a cap, when the call is above it, then it is declined and nothing is dispatched', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 9n)] });
    book.when(call());
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.declined' });
  });

  it('C3 given the answer, then settlement captures what it came to, also when it was already unknown, and the log has the answer’s hash', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const wait of [0, 30_000]) {
      const payment = paymentOf(book);
      book.passTime(wait);
      book.lapse();
      const capture = { type: 'payment.capture', credential: CALLER, payment_id: payment, amount: 4n } as const;
      expect(book.given({ ...capture, final: true, answer_hash: 'hash' })).toMatchObject({
        captured: '4',
        released: '6',
        answer_hash: 'hash',
      });
    }
    expect(book.wallet()[1]).toBe(0n);
  });

  it('B1 given an upstream that failed, then settlement voids the dispatched hold, also when it was already unknown', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const wait of [0, 30_000]) {
      const payment = paymentOf(book);
      book.passTime(wait);
      book.lapse();
      const ended = book.given({ type: 'payment.void', credential: CALLER, payment_id: payment });
      expect(ended).toMatchObject({ type: 'payment.voided', released: '10', reason: 'resolved' });
    }
    expect(book.wallet()[1]).toBe(0n);
  });

  it('C1 given settlement’s word said twice, by processes that know nothing of each other, then it happens once and both are told so', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const [fields, before] of [
      [{ type: 'payment.dispatch' }, { dispatched_for_ms: undefined }],
      [{ type: 'payment.capture', amount: 4n, final: true }, {}],
      [{ type: 'payment.void' }, {}],
    ] as const) {
      const step = { ...fields, payment_id: paymentOf(book, before), credential: CALLER } as CommandInput;
      const keyed = { ...step, key: keyOf(step), fingerprint: 'f' };
      const event = book.given(keyed);
      expect(book.when(keyed)).toMatchObject({ kind: 'replay', bound: { event } });
      expect(book.refused({ ...keyed, fingerprint: 'g' }).code).toBe('idempotency_key_conflict');
    }
  });

  it('D6 given anybody else, or settlement’s word for an agent of another org, then no key is made', () => {
    const said = { type: 'payment.capture', payment_id: 'pay_1', final: true } as const;
    expect(keyOf({ ...said, credential: CALLER })).toBe('§payment.capture:pay_1');
    for (const credential of [ADMIN, { subject: 'org_2', proven_by: 'settlement', payee_org: 'org_2' } as const])
      expect(keyOf({ ...said, credential })).toBeUndefined();
    expect(keyOf({ type: 'query.payment', payment_id: 'pay_1', credential: CALLER })).toBeUndefined();
  });

  it('D10 given settlement’s word for another service, or a payment to an agent, then it may say nothing of the payment', () => {
    const book = new BookScenario();
    book.agent('worker');
    book.agent('seller');
    const toService = paymentOf(book);
    const toAgent = paymentOf(book, { payee: { agent: 'seller' }, dispatched_for_ms: undefined });
    for (const [payment_id, credential] of [
      [toService, OTHER],
      [toAgent, CALLER],
    ] as const)
      for (const step of [
        { type: 'payment.capture', payment_id, final: true },
        { type: 'payment.void', payment_id },
        { type: 'payment.dispatch', payment_id },
      ] as const)
        expect(book.refused({ ...step, credential }).code).toBe('role_not_allowed');
  });

  it('D10 given settlement’s word for a service, then it is good for nothing but what came of its calls', () => {
    const book = new BookScenario();
    book.agent('worker');
    expect(book.refused(call({ credential: CALLER })).code).toBe('credential_invalid');
    expect(book.refused({ type: 'agent.freeze', agent: 'worker', reason: 'x', credential: CALLER }).code).toBe(
      'credential_invalid',
    );
  });

  it('D12 given a hold that was approved by a person, then settlement dispatches it when it calls, for as long as the call may take', () => {
    const book = new BookScenario();
    book.agent('worker');
    const payment = paymentOf(book, { dispatched_for_ms: undefined });
    const dispatched = { type: 'payment.dispatch', payment_id: payment, dispatched_for_ms: 5_000 } as const;
    expect(book.given({ ...dispatched, credential: CALLER })).toMatchObject({ unknown_at: book.now + 5_000 });
  });

  it('B1 given an agent’s own token, then it can neither void nor capture what was dispatched for it', () => {
    const book = new BookScenario();
    const worker = book.agent('worker');
    const payment = paymentOf(book);
    const credential = { subject: worker, proof: 'worker proof' };
    expect(book.refused({ type: 'payment.void', payment_id: payment, credential }).code).toBe('payment_dispatched');
    expect(book.given({ type: 'payment.void', payment_id: payment, credential: ADMIN })).toMatchObject({
      reason: 'resolved',
    });
  });

  it('C3 given a call whose agent was frozen or revoked meanwhile, then its outcome is still captured, up to the hold', () => {
    const book = new BookScenario();
    const worker = book.agent('worker');
    const payment = paymentOf(book);
    book.given({ type: 'agent.freeze', agent: worker, reason: 'x' });
    const capture = { type: 'payment.capture', credential: CALLER, payment_id: payment, final: true } as const;
    expect(book.refused({ ...capture, amount: 11n }).code).toBe('capture_exceeds_hold');
    expect(book.given({ ...capture, amount: 10n })).toMatchObject({ captured: '10' });
  });
});
