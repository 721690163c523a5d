import { describe, expect, it } from '@jest/globals';
import type { BookEvent, RequestOpened } from '#domain';
import {
  paymentRequestOpenedSchema,
  paymentRequestStateSchema,
  paymentRequestStepSchema,
  renderPaymentRequest,
  renderPaymentRequestOpened,
  renderPaymentRequestStep,
} from './index.js';

const ORG = `org_${'1'.repeat(32)}`;
const THERE = `org_${'2'.repeat(32)}`;
const REQUEST = `req_${'3'.repeat(32)}`;
const PAYMENT = `pay_${'4'.repeat(32)}`;
const TIME = Date.UTC(2026, 2, 4, 12);

const header = { version: 1 as const, org: ORG, sequence: 5, time: TIME, by: 'key_secretary' };
const parties = {
  request_id: REQUEST,
  payee: { agent_id: `agt_${'5'.repeat(32)}`, handle: 'writer' },
  payer: { payer_org: THERE, handle: 'editor' },
};
const opened: RequestOpened = {
  type: 'request.opened',
  ...header,
  ...parties,
  amount: '400000',
  asset: 'USD',
  labels: { team: 'sales' },
  expires_at: TIME + 1_000,
};
const later = (type: 'request.paid' | 'request.cancelled' | 'request.declined'): BookEvent =>
  ({
    type,
    ...header,
    time: TIME + 500,
    ...parties,
    ...(type === 'request.paid' ? { payment: PAYMENT } : {}),
  }) as BookEvent;
const at = (event: BookEvent, position = '7:1') => ({ event, position });

describe('The answers about a payment request', () => {
  it('C1: opening one is answered from its event alone', () => {
    const answer = renderPaymentRequestOpened(opened, '7:1');
    expect(paymentRequestOpenedSchema.parse(answer)).toEqual({
      request_id: REQUEST,
      status: 'open',
      payee: parties.payee,
      payer: parties.payer,
      amount: '0.4',
      currency: 'USD',
      labels: { team: 'sales' },
      category: null,
      opened_at: '2026-03-04T12:00:00.000Z',
      expires_at: '2026-03-04T12:00:01.000Z',
      position: '7:1',
    });
    expect(() => renderPaymentRequestOpened(later('request.paid'), '7:1')).toThrow();
  });

  it('E1: it is open to the last millisecond of its time, and expired from then on', () => {
    const statusAt = (time: number) => renderPaymentRequest([at(opened)], time, 'same_org').status;
    expect([statusAt(TIME + 999), statusAt(TIME + 1_000)]).toEqual(['open', 'expired']);
  });

  it.each([
    ['request.paid', 'paid', PAYMENT],
    ['request.cancelled', 'cancelled', null],
    ['request.declined', 'declined', null],
  ] as const)('after %s it is %s, whatever the time, and says when and by what', (type, status, payment_id) => {
    const state = renderPaymentRequest([at(opened), at(later(type), '7:2')], TIME + 9_000, 'same_org', 'a memo');
    expect(paymentRequestStateSchema.parse(state)).toMatchObject({
      status,
      payment_id,
      memo: 'a memo',
      ended_at: '2026-03-04T12:00:00.500Z',
    });
  });

  it('F7: the payer’s org sees who asks for how much, and no agent id, label, credential or place in the log of the payee’s', () => {
    const state = renderPaymentRequest([at(opened), at(later('request.paid'))], TIME, 'other_org');
    expect(paymentRequestStateSchema.parse(state)).toMatchObject({ payee: { payee_org: ORG, handle: 'writer' } });
    const step = renderPaymentRequestStep(later('request.declined'), '7:2', 'other_org');
    expect(paymentRequestStepSchema.parse(step)).toMatchObject({ status: 'declined', payer: parties.payer });
    for (const text of [JSON.stringify(state), JSON.stringify(step)])
      for (const own of ['agt_', 'sales', 'key_secretary', '7:']) expect(text).not.toContain(own);
  });

  it('a step is answered to its own org with its place in the log', () => {
    expect(renderPaymentRequestStep(later('request.cancelled'), '7:2', 'same_org')).toMatchObject({
      status: 'cancelled',
      payee: parties.payee,
      position: '7:2',
    });
    expect(() => renderPaymentRequestStep(later('request.paid'), '7:2', 'same_org')).toThrow();
  });
});
