import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { paymentAnswerSchema, problemSchema } from '#contracts';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret, parseToken, tokenHash } from '#security';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { decided, headOf, paymentDetails } from '../../test-support/recorded-events.js';

const PAYMENT_ID = 'pay_0190000000007000800000000000000a';

let gateway: GatewayUnderTest;
beforeAll(async () => void (gateway = await startGateway()));
afterAll(() => gateway.close());
beforeEach(() => gateway.owner.forget());

describe('POST /v1/payments', () => {
  beforeEach(() => void gateway.owner.on('payment.authorize', decided));

  it('sends one command with the proof of the credential, never the credential, and answers the payment', async () => {
    const body = { payee: '@writer', amount: 0.05, label: 'goal=draft', capture: true, idempotency_key: 'attempt-1' };
    const { status, json, text } = await gateway.call('POST', '/v1/payments', { body });
    expect(status).toBe(201);
    expect(paymentAnswerSchema.parse(json)).toMatchObject({
      status: 'captured',
      amount_captured: '0.05',
      labels: { label: 'goal=draft' },
    });
    const command = gateway.owner.last('payment.authorize');
    expect(command).toMatchObject({
      org: FIRST_ORGANIZATION,
      credential: { subject: parseToken(ADMIN_KEY).subject, proof: tokenHash(ADMIN_KEY) },
      key: 'attempt-1',
      payee: { agent: 'writer' },
      amount: 50_000n,
      asset: 'USD',
      capture: true,
      protocol: 'direct',
    });
    expect(text).not.toContain(ADMIN_KEY);
    expect(command.fingerprint).toMatch(/^v1:[\w-]{43}$/);
    expect(gateway.owner.asked).toHaveLength(1);
  });

  it('C1: the same request has the same key and fingerprint, in header or body, however it is written', async () => {
    await gateway.call('POST', '/v1/payments', { body: '{"payee":"writer","amount":5e-2,"idempotency_key":"k"}' });
    const first = gateway.owner.last('payment.authorize');
    await gateway.call('POST', '/v1/payments', {
      body: '{"amount":"0.050","payee":"@writer"}',
      headers: { 'idempotency-key': 'k' },
    });
    const second = gateway.owner.last('payment.authorize');
    expect([second.key, second.fingerprint]).toEqual([first.key, first.fingerprint]);
    expect(second.fresh_id).not.toBe(first.fresh_id);
  });

  it('D6: a call without a key gets one of its own, so that our retries pay once', async () => {
    const body = { payee: 'writer', amount: 1 };
    await gateway.call('POST', '/v1/payments', { body });
    const first = gateway.owner.last('payment.authorize').key;
    await gateway.call('POST', '/v1/payments', { body });
    expect(first).toMatch(/^edge-[0-9a-f]{32}$/);
    expect(gateway.owner.last('payment.authorize').key).not.toBe(first);
  });

  it('C1: a key is said to be fresh where it was drawn here, and only there', async () => {
    const body = { payee: 'writer', amount: 1 };
    await gateway.call('POST', '/v1/payments', { body });
    const { key, fresh_key } = gateway.owner.last('payment.authorize');
    expect(fresh_key).toBe(true);
    await gateway.call('POST', '/v1/payments', { body, headers: { 'idempotency-key': key! } });
    expect(gateway.owner.last('payment.authorize')).toMatchObject({ key, fresh_key: undefined });
    await gateway.call('POST', '/v1/payments', { body: { ...body, idempotency_key: key } });
    expect(gateway.owner.last('payment.authorize')).toMatchObject({ key, fresh_key: undefined });
  });

  it('carries the caller’s deadline, or 20 s', async () => {
    const before = Date.now();
    await gateway.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1, deadline_ms: 1500 } });
    const after = Date.now();
    const { deadline } = gateway.owner.last('payment.authorize');
    expect(deadline).toBeGreaterThanOrEqual(before + 1500);
    expect(deadline).toBeLessThanOrEqual(after + 1500);
    await gateway.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1 } });
    expect(gateway.owner.last('payment.authorize').deadline).toBeGreaterThanOrEqual(after + 20_000);
  });

  it('narrows to the session of a session token, beside another token or alone, and the session is part of the request', async () => {
    const sessionId = newId('ses');
    const session = formatToken({ kind: 'session', org: FIRST_ORGANIZATION, subject: sessionId, secret: newSecret() });
    const body = { payee: 'writer', amount: 1 };
    await gateway.call('POST', '/v1/payments', { body, headers: { 'bursar-session': session } });
    const beside = gateway.owner.last('payment.authorize');
    expect(beside).toMatchObject({
      session_id: sessionId,
      credential: { session: { subject: sessionId, proof: tokenHash(session) } },
    });
    await gateway.call('POST', '/v1/payments', { body, token: session });
    const alone = gateway.owner.last('payment.authorize');
    expect(alone).toMatchObject({ session_id: sessionId, credential: { subject: sessionId } });
    await gateway.call('POST', '/v1/payments', { body });
    const outside = gateway.owner.last('payment.authorize');
    expect(beside.fingerprint).toBe(alone.fingerprint);
    expect(outside.fingerprint).not.toBe(alone.fingerprint);
  });

  it('routes by the organization in the token', async () => {
    const org = newId('org');
    const token = formatToken({ kind: 'agent', org, subject: newId('agt'), secret: newSecret() });
    await gateway.call('POST', '/v1/payments', { token, body: { payee: 'writer', amount: 1 } });
    expect(gateway.owner.asked[0]!.org).toBe(org);
  });

  it('echoes a valid traceparent only', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const body = { payee: 'writer', amount: 1 };
    expect(
      (await gateway.call('POST', '/v1/payments', { body, headers: { traceparent } })).headers.get('traceparent'),
    ).toBe(traceparent);
    const wrong = await gateway.call('POST', '/v1/payments', { body, headers: { traceparent: 'nonsense' } });
    expect(wrong).toMatchObject({ status: 201 });
    expect(wrong.headers.get('traceparent')).toBeNull();
  });

  it('A3, D7, C1: a decline is a problem document with its figures and its place in the log, the same bytes each time', async () => {
    const decline = {
      code: 'session_budget_exceeded',
      scope: { kind: 'session', id: 'ses_1' },
      asset: 'USD',
      limit: '2000000',
      spent: '1990000',
      held: '0',
      requested: '50000',
      remaining: '10000',
    } as const;
    gateway.owner.on('payment.authorize', (command) => {
      const details = paymentDetails({ ...command, payment_id: PAYMENT_ID });
      const event = { ...headOf(command), ...details, type: 'payment.declined', decline } as never;
      return { kind: 'refused', refusal: decline, recorded: { event, position: '3:9' } };
    });
    const body = { payee: 'writer', amount: 0.05, idempotency_key: 'k' };
    const first = await gateway.call('POST', '/v1/payments', { body });
    expect(first.status).toBe(402);
    expect(problemSchema.parse(first.json)).toMatchObject({
      code: 'session_budget_exceeded',
      limit: '2',
      spent: '1.99',
      requested: '0.05',
      remaining: '0.01',
      retryable: false,
      payment_id: PAYMENT_ID,
      position: '3:9',
    });
    expect((await gateway.call('POST', '/v1/payments', { body })).text).toBe(first.text);
  });

  it.each([
    ['rate_limited', 429, 2500, '3'],
    ['overloaded', 429, undefined, '1'],
    ['book_unavailable', 503, undefined, '1'],
    ['outcome_unknown', 503, 100, '1'],
    ['not_owner', 503, undefined, '1'],
    ['deadline_passed', 503, undefined, '1'],
  ] as const)('D19: %s is %d with Retry-After', async (code, status, retry_after_ms, retryAfter) => {
    gateway.owner.on('payment.authorize', { kind: 'unavailable', code, retry_after_ms });
    const called = await gateway.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1 } });
    expect(called).toMatchObject({ status, json: { code, retryable: true } });
    expect(called.headers.get('retry-after')).toBe(retryAfter);
  });

  it('F1: a revoked credential gets 401', async () => {
    const refusal = { code: 'credential_invalid', scope: { kind: 'key', id: 'key_0' } } as const;
    gateway.owner.on('payment.authorize', { kind: 'refused', refusal });
    const called = await gateway.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1 } });
    expect(called).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
    expect(called.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('C2: the key of another request gets 409', async () => {
    const refusal = { code: 'idempotency_key_conflict', scope: { kind: 'request', id: 'k' } } as const;
    gateway.owner.on('payment.authorize', { kind: 'refused', refusal });
    const called = await gateway.call('POST', '/v1/payments', {
      body: { payee: 'writer', amount: 1, idempotency_key: 'k' },
    });
    expect(called).toMatchObject({ status: 409, json: { code: 'idempotency_key_conflict' } });
  });
});
