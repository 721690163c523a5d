import { describe, expect, it } from '@jest/globals';
import type { BookEvent, PaymentEvent } from '#domain';
import { renderAgentSpend } from './answers-agent.js';
import { renderPayment, renderPaymentAnswer, renderPaymentStep, type RecordedEvent } from './answers-payment.js';
import { renderSession } from './answers-session.js';
import type { AgentView } from './wire.js';

const HEX = '0190000000007000800000000000000a';
const time = Date.UTC(2026, 0, 1, 12);

function payment(type: PaymentEvent['type'], fields: object = {}): BookEvent {
  return {
    version: 1,
    org: 'org_0',
    sequence: 7,
    time,
    by: 'key_0',
    payment_id: `pay_${HEX}`,
    amount: '50000',
    asset: 'USD',
    payer: { agent_id: 'agt_1', handle: 'planner', wallet_id: 'wal_1' },
    payee: { agent_id: 'agt_2', handle: 'writer' },
    protocol: 'direct',
    session_id: 'ses_1',
    labels: { label: 'goal=draft' },
    authorized_at: time,
    windows: [],
    postings: [],
    type,
    ...fields,
  } as unknown as BookEvent;
}

function at(...events: BookEvent[]): RecordedEvent[] {
  return events.map((event, index) => ({ event, position: `3:${index + 1}` }));
}

const authorized = payment('payment.authorized', { expires_at: time + 900_000 });

describe('The answer to a payment request', () => {
  it('C1: is a pure function of the recorded event and its position', () => {
    expect(JSON.stringify(renderPaymentAnswer(authorized, '3:9'))).toBe(
      JSON.stringify(renderPaymentAnswer(structuredClone(authorized), '3:9')),
    );
    expect(renderPaymentAnswer(authorized, '3:9')).toEqual({
      payment_id: `pay_${HEX}`,
      status: 'authorized',
      amount: '0.05',
      amount_held: '0.05',
      amount_captured: '0',
      currency: 'USD',
      payer: { agent_id: 'agt_1', handle: 'planner' },
      payee: { agent_id: 'agt_2', handle: 'writer' },
      protocol: 'direct',
      session_id: 'ses_1',
      labels: { label: 'goal=draft' },
      category: null,
      decided_at: '2026-01-01T12:00:00.000Z',
      expires_at: '2026-01-01T12:15:00.000Z',
      receipt_id: `rcpt_${HEX}`,
      position: '3:9',
    });
  });

  it('says of a transfer that all is captured, and of a decline which rule bound', () => {
    expect(renderPaymentAnswer(payment('payment.transferred'), '3:1')).toMatchObject({
      status: 'captured',
      amount_held: '0',
      amount_captured: '0.05',
      expires_at: null,
    });
    const decline = {
      code: 'session_budget_exceeded',
      scope: { kind: 'session', id: 'ses_1' },
      asset: 'USD',
      limit: '40000',
    };
    expect(renderPaymentAnswer(payment('payment.declined', { decline }), '3:1')).toMatchObject({
      status: 'declined',
      amount_held: '0',
      amount_captured: '0',
      decline: { code: 'session_budget_exceeded', limit: '0.04', currency: 'USD', retryable: false },
    });
  });

  it('B5: pays a service by its name', () => {
    const paid = payment('payment.transferred', { payee: { service: 'search' } });
    expect(renderPaymentAnswer(paid, '3:1').payee).toEqual({ service: 'search' });
  });
});

describe('The state of a payment', () => {
  const captured = payment('payment.captured', {
    captured: '20000',
    captured_total: '20000',
    released: '0',
    final: false,
  });
  const rest = payment('payment.captured', {
    captured: '10000',
    captured_total: '30000',
    released: '20000',
    final: true,
  });
  const refunded = payment('payment.refunded', {
    refund_id: 'pay_r',
    refunded: '5000',
    refunded_total: '5000',
    captured_total: '30000',
    reason: 'late',
  });

  it('folds captures in parts and refunds', () => {
    expect(renderPayment(at(authorized))).toMatchObject({ status: 'authorized', amount_held: '0.05', position: '3:1' });
    expect(renderPayment(at(authorized, captured))).toMatchObject({
      status: 'authorized',
      amount_held: '0.03',
      amount_captured: '0.02',
    });
    expect(renderPayment(at(authorized, captured, rest))).toMatchObject({
      status: 'captured',
      amount_held: '0',
      amount_captured: '0.03',
    });
    expect(renderPayment(at(authorized, captured, rest, refunded))).toMatchObject({
      status: 'refunded',
      amount_captured: '0.03',
      amount_refunded: '0.005',
      refunds: [{ refund_id: 'pay_r', amount: '0.005', reason: 'late' }],
      position: '3:4',
      history: [
        { type: 'payment.authorized' },
        { type: 'payment.captured' },
        { type: 'payment.captured' },
        { type: 'payment.refunded' },
      ],
    });
  });

  it('B1: a void or an expiry after a capture in part leaves what was captured', () => {
    const voided = payment('payment.voided', { released: '30000', captured_total: '20000', reason: 'requested' });
    expect(renderPayment(at(authorized, captured, voided))).toMatchObject({
      status: 'voided',
      amount_held: '0',
      amount_captured: '0.02',
    });
    const expired = payment('payment.expired', { released: '50000' });
    expect(renderPayment(at(authorized, expired))).toMatchObject({ status: 'expired', amount_captured: '0' });
  });

  it('C3: a dispatched payment keeps its hold when its outcome becomes unknown', () => {
    const dispatched = payment('payment.dispatched', { unknown_at: time + 60_000 });
    const unknown = payment('payment.outcome_unknown');
    expect(renderPayment(at(authorized, dispatched, unknown))).toMatchObject({
      status: 'outcome_unknown',
      dispatched: true,
      amount_held: '0.05',
    });
  });

  it('C3: a hold that was dispatched at once says so, and any other that it was not', () => {
    const at_once = { ...authorized, unknown_at: time + 60_000 };
    expect(renderPayment(at(at_once))).toMatchObject({ status: 'authorized', dispatched: true, amount_held: '0.05' });
    expect(renderPayment(at(authorized))).toMatchObject({ dispatched: false });
  });

  it('B6: a late capture is in the history and changes nothing', () => {
    const expired = payment('payment.expired', { released: '50000' });
    const decline = { code: 'hold_expired', scope: { kind: 'payment', id: `pay_${HEX}` } };
    const late = payment('payment.capture_refused', { decline });
    expect(renderPayment(at(authorized, expired, late))).toMatchObject({
      status: 'expired',
      history: [{}, {}, { type: 'payment.capture_refused', decline: { code: 'hold_expired' } }],
    });
  });

  it('B6: an extension moves the time, in its own answer and in the payment, and nothing else', () => {
    const extended = payment('payment.extended', { expires_at: time + 3_600_000, captured_total: '20000' });
    const until = new Date(time + 3_600_000).toISOString();
    expect(renderPaymentStep(extended, '3:3')).toMatchObject({
      status: 'authorized',
      expires_at: until,
      amount_held: '0.03',
      amount_captured: '0.02',
      amount_moved: '0',
    });
    expect(renderPayment(at(authorized, captured, extended))).toMatchObject({
      status: 'authorized',
      expires_at: until,
      amount_held: '0.03',
      amount_captured: '0.02',
    });
  });

  it('C1: a refund that was refused is in the history and changes nothing', () => {
    const decline = { code: 'refund_exceeds_payee_funds', scope: { kind: 'wallet', id: 'wal_2' } };
    const refusedRefund = payment('payment.refund_refused', { decline });
    expect(renderPayment(at(authorized, captured, rest, refusedRefund))).toMatchObject({
      status: 'captured',
      amount_refunded: '0',
      refunds: [],
      history: [{}, {}, {}, { type: 'payment.refund_refused', decline: { code: 'refund_exceeds_payee_funds' } }],
    });
    expect(() => renderPaymentStep(refusedRefund, '3:4')).toThrow();
  });

  it('C1: the answer to a step comes from its event alone', () => {
    expect(renderPaymentStep(rest, '3:3')).toMatchObject({
      status: 'captured',
      amount_captured: '0.03',
      amount_moved: '0.01',
    });
    expect(renderPaymentStep(refunded, '3:4')).toMatchObject({
      status: 'refunded',
      amount_moved: '0.005',
      refund_id: 'pay_r',
    });
    expect(() => renderPaymentStep(authorized, '3:1')).toThrow();
    expect(() => renderPayment(at(captured))).toThrow();
  });
});

describe('Answers with JSON numbers', () => {
  const view: AgentView = {
    agent_id: 'agt_1',
    handle: 'planner',
    status: 'active',
    origin: 'explicit',
    funding: 'treasury',
    policy_version: 12,
    totals: [{ asset: 'USD', spent: '90071992547409927', held: '10000' }],
    limits: [
      {
        id: 'amount:day:USD',
        of: 'amount',
        per: 'day',
        asset: 'USD',
        maximum: '5',
        spent: '1',
        held: '1',
        remaining: '3',
      },
      {
        id: 'count:day:USD',
        of: 'count',
        per: 'day',
        asset: 'USD',
        maximum: '9',
        spent: '8',
        held: '0',
        remaining: '1',
      },
    ],
  };

  it('A12: have an exact twin beside what a double cannot hold', () => {
    expect(renderAgentSpend(view)).toMatchObject({
      spent_usd: 90071992547.40993,
      spent_usd_exact: '90071992547.409927',
      held_usd: 0.01,
      held_usd_exact: '0.01',
    });
  });

  it('say without a lifetime cap the least headroom of any limit on money', () => {
    expect(renderAgentSpend(view)).toMatchObject({
      cap_usd: null,
      remaining_usd: 0.000003,
      remaining_usd_exact: '0.000003',
    });
    const none = renderAgentSpend({ ...view, limits: [] });
    expect(none).toMatchObject({ cap_usd: null, remaining_usd: null, remaining_usd_exact: null });
  });

  it('show the tree of a session', () => {
    const leaf = {
      session_id: 'ses_2',
      parent_session_id: 'ses_1',
      mode: 'shared',
      status: 'open',
      asset: 'JPY',
      budget: '20000',
      spent: '1',
      held: '0',
      carved: '0',
      remaining: '19999',
      labels: {},
      policy_version: 8,
    } as const;
    expect(
      renderSession(
        { ...leaf, session_id: 'ses_1', parent_session_id: undefined, children: [leaf] },
        new Map([['ses_2', 'Look for it']]),
      ),
    ).toMatchObject({
      session_id: 'ses_1',
      parent_session_id: null,
      budget: 2,
      description: null,
      children: [
        {
          session_id: 'ses_2',
          description: 'Look for it',
          spent: 0.0001,
          spent_exact: '0.0001',
          remaining_exact: '1.9999',
        },
      ],
    });
  });
});
