import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  fingerprintOf,
  paymentAnswerSchema,
  paymentsAnswerSchema,
  paymentStateSchema,
  paymentStepAnswerSchema,
  problemSchema,
} from '#contracts';
import { ReadModelQueryError, type ListPaymentsQuery, type PaymentItem } from '#read-models';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret, parseToken, tokenHash } from '#security';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { decided, headOf, paymentDetails, recorded, TIME } from '../../test-support/recorded-events.js';

const PAYMENT_ID = 'pay_0190000000007000800000000000000a';
const asked: ListPaymentsQuery[] = [];
let listed: PaymentItem[] | Error = [];
let gateway: GatewayUnderTest;

beforeAll(async () => {
  const reports = {
    spendReport: () => Promise.reject(new Error('not asked here')),
    listPaymentRequests: () => Promise.reject(new Error('not asked here')),
    listPayments: (query: ListPaymentsQuery) => {
      asked.push(query);
      return listed instanceof Error ? Promise.reject(listed) : Promise.resolve({ items: listed, next_cursor: null });
    },
  };
  gateway = await startGateway({ reports });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  asked.length = 0;
});

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

describe('The steps of a payment', () => {
  const authorized = {
    ...headOf({ org: FIRST_ORGANIZATION, credential: { subject: 'key_0', proven_by: 'bus' }, fresh_id: '0' }),
    ...paymentDetails({ payment_id: PAYMENT_ID, amount: 20_000n, asset: 'JPY' }),
    type: 'payment.authorized',
    windows: [],
    expires_at: TIME + 900_000,
    within_cap: true,
  };

  beforeEach(() => {
    gateway.owner
      .on('query.payment', { kind: 'payment', events: [{ event: authorized as never, position: '3:7' }] })
      .on('payment.capture', (command) =>
        recorded({
          ...authorized,
          ...headOf(command),
          type: 'payment.captured',
          captured: (command.amount ?? 20_000n).toString(),
          captured_total: (command.amount ?? 20_000n).toString(),
          released: '0',
          final: command.final,
        }),
      );
  });

  it('capture takes all by default, and asks nothing before', async () => {
    const called = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, {
      headers: { 'idempotency-key': 'c' },
    });
    expect(called.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(called.json)).toMatchObject({ status: 'captured', amount_captured: '2' });
    expect(gateway.owner.asked.map(({ command }) => command.type)).toEqual(['payment.capture']);
    expect(gateway.owner.last('payment.capture')).toMatchObject({ payment_id: PAYMENT_ID, final: true, key: 'c' });
  });

  it('A12: capture reads an amount in the currency of the payment', async () => {
    const path = `/v1/payments/${PAYMENT_ID}/capture`;
    await gateway.call('POST', path, { body: { amount: '1.5', final: false } });
    expect(gateway.owner.last('payment.capture')).toMatchObject({ amount: 15_000n, final: false });
    gateway.owner.forget();
    const decimals = await gateway.call('POST', path, { body: { amount: '1.00001' } });
    expect(decimals).toMatchObject({ status: 422, json: { problems: [{ field: 'amount' }] } });
    const currency = await gateway.call('POST', path, { body: { amount: 1, currency: 'USD' } });
    expect(currency).toMatchObject({
      status: 422,
      json: { code: 'asset_mismatch', problems: [{ field: 'currency' }] },
    });
    expect(gateway.owner.asked.filter(({ command }) => command.type === 'payment.capture')).toEqual([]);
  });

  it('B5: a capture of 0 is a capture; a refund of 0 is not', async () => {
    await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, { body: { amount: 0 } });
    expect(gateway.owner.last('payment.capture').amount).toBe(0n);
    const refund = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/refund`, { body: { amount: 0 } });
    expect(refund).toMatchObject({ status: 422, json: { problems: [{ field: 'amount' }] } });
  });

  it('C2: one key cannot capture and void, nor capture two amounts', async () => {
    gateway.owner.on('payment.void', (command) =>
      recorded({ ...authorized, ...headOf(command), type: 'payment.voided', released: '20000', reason: 'requested' }),
    );
    const headers = { 'idempotency-key': 'k' };
    const fingerprints: unknown[] = [];
    for (const body of [{}, { amount: 1 }, { amount: 2 }, { final: false }]) {
      await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, { headers, body });
      fingerprints.push(gateway.owner.last('payment.capture').fingerprint);
    }
    const voided = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/void`, { headers });
    expect(paymentStepAnswerSchema.parse(voided.json)).toMatchObject({ status: 'voided', amount_moved: '2' });
    fingerprints.push(gateway.owner.last('payment.void').fingerprint, fingerprintOf(''));
    expect(new Set(fingerprints).size).toBe(6);
  });

  it('refund and dispatch answer the payment after them', async () => {
    gateway.owner
      .on('payment.refund', (command) =>
        recorded({
          ...authorized,
          ...headOf(command),
          type: 'payment.refunded',
          refund_id: 'pay_r',
          refunded: '5000',
          refunded_total: '5000',
          captured_total: '20000',
          reason: command.reason,
        }),
      )
      .on('payment.dispatch', (command) =>
        recorded({ ...authorized, ...headOf(command), type: 'payment.dispatched', unknown_at: TIME + 60_000 }),
      );
    const refund = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/refund`, {
      body: { amount: 0.5, reason: 'late' },
    });
    expect(refund.status).toBe(201);
    expect(paymentStepAnswerSchema.parse(refund.json)).toMatchObject({
      status: 'refunded',
      amount_refunded: '0.5',
      reason: 'late',
    });
    const dispatch = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/dispatch`);
    expect(paymentStepAnswerSchema.parse(dispatch.json)).toMatchObject({ status: 'authorized', amount_held: '2' });
  });

  it('B6: extend takes seconds from now, and answers until when the hold lives', async () => {
    gateway.owner.on('payment.extend', (command) =>
      recorded({
        ...authorized,
        ...headOf(command),
        type: 'payment.extended',
        expires_at: TIME + command.expires_in_ms,
      }),
    );
    const path = `/v1/payments/${PAYMENT_ID}/extend`;
    const extended = await gateway.call('POST', path, { body: { expires_in: 3600, idempotency_key: 'e' } });
    expect(extended.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(extended.json)).toMatchObject({
      status: 'authorized',
      amount_held: '2',
      expires_at: '2026-01-01T13:00:00.000Z',
    });
    expect(gateway.owner.last('payment.extend')).toMatchObject({ key: 'e', expires_in_ms: 3_600_000 });
    for (const body of [{}, { expires_in: 0 }, { expires_in: -1 }, { expires_in: '60' }, { expires_in: 31_622_401 }]) {
      const refused = await gateway.call('POST', path, { body });
      expect(refused).toMatchObject({ status: 422, json: { problems: [{ field: 'expires_in' }] } });
    }
  });

  it('C3: resolve takes what was captured, in the currency of the payment, or that nothing was', async () => {
    gateway.owner.on('payment.resolve', (command) =>
      command.outcome === 'voided'
        ? recorded({ ...authorized, ...headOf(command), type: 'payment.voided', released: '20000', reason: 'resolved' })
        : recorded({
            ...authorized,
            ...headOf(command),
            type: 'payment.captured',
            captured: `${command.amount}`,
            captured_total: `${command.amount}`,
            released: '0',
            final: true,
            resolved: true,
          }),
    );
    const path = `/v1/payments/${PAYMENT_ID}/resolve`;
    const captured = await gateway.call('POST', path, { body: { outcome: 'captured', amount: '1.5' } });
    expect(captured.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(captured.json)).toMatchObject({ status: 'captured', amount_captured: '1.5' });
    expect(gateway.owner.last('payment.resolve')).toMatchObject({ outcome: 'captured', amount: 15_000n });
    const voided = await gateway.call('POST', path, { body: { outcome: 'voided' } });
    expect(paymentStepAnswerSchema.parse(voided.json)).toMatchObject({ status: 'voided', reason: 'resolved' });
    for (const body of [{ outcome: 'captured' }, { outcome: 'voided', amount: 1 }, { outcome: 'captured', amount: 0 }])
      expect(await gateway.call('POST', path, { body })).toMatchObject({
        status: 422,
        json: { problems: [{ field: 'amount' }] },
      });
    for (const body of [{}, { outcome: 'lost' }])
      expect(await gateway.call('POST', path, { body })).toMatchObject({
        status: 422,
        json: { problems: [{ field: 'outcome' }] },
      });
  });

  it('GET gives the payment with its history, by id or by key', async () => {
    gateway.owner.on('query.payment_by_key', (query) =>
      query.key === 'known'
        ? { kind: 'payment', events: [{ event: authorized as never, position: '3:7' }] }
        : { kind: 'payment', events: [] },
    );
    const byId = await gateway.call('GET', `/v1/payments/${PAYMENT_ID}`);
    expect(paymentStateSchema.parse(byId.json)).toMatchObject({
      status: 'authorized',
      amount_held: '2',
      currency: 'JPY',
    });
    expect((await gateway.call('GET', '/v1/payments?idempotency_key=known&agent=planner')).text).toBe(byId.text);
    expect(gateway.owner.last('query.payment_by_key')).toMatchObject({ key: 'known', agent: 'planner' });
    const unknown = await gateway.call('GET', '/v1/payments?idempotency_key=lost');
    expect(unknown).toMatchObject({ status: 404, json: { code: 'payment_not_found', scope: { id: 'lost' } } });
  });
});

describe('GET /v1/payments', () => {
  const item = {
    payment_id: PAYMENT_ID,
    status: 'declined',
    amount: '0.05',
    amount_held: '0',
    amount_captured: '0',
    amount_refunded: '0',
    currency: 'USD',
    payer: { agent_id: 'agt_1', handle: 'planner' },
    payee: { service: 'search' },
    session_id: null,
    labels: {},
    protocol: 'direct',
    category: null,
    decided_at: TIME,
    expires_at: null,
    approval: null,
    position: '3:7',
    decline: { code: 'insufficient_funds', scope: { kind: 'wallet', id: 'wal_1' }, asset: 'USD', remaining: '10000' },
  } satisfies PaymentItem;

  const keyView = { kind: 'credential', credential: { subject: 'key_0', kind: 'key', role: 'finance' } } as const;

  it('F1: asks the owner who calls before it reads the projection, and refuses whom the owner refuses', async () => {
    listed = [item];
    gateway.owner.on('query.credential', keyView);
    const page = await gateway.call(
      'GET',
      '/v1/payments?agent=@planner&status=declined&label=goal%3Ddraft&from=2026-01-01&limit=5',
    );
    expect(paymentsAnswerSchema.parse(page.json)).toMatchObject({
      payments: [
        { decided_at: '2026-01-01T12:00:00.000Z', decline: { code: 'insufficient_funds', remaining: '0.01' } },
      ],
    });
    expect(asked[0]).toMatchObject({
      org: FIRST_ORGANIZATION,
      agent: 'planner',
      status: 'declined',
      label: 'goal=draft',
      from: Date.UTC(2026, 0, 1),
      limit: 5,
    });
    const refusal = { code: 'credential_invalid', scope: { kind: 'key', id: 'key_0' } } as const;
    gateway.owner.on('query.credential', { kind: 'refused', refusal });
    asked.length = 0;
    expect(await gateway.call('GET', '/v1/payments')).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });

  it('F7, D10: an agent’s token sees its own payments only, a session’s those of its session and below', async () => {
    listed = [];
    const agentId = newId('agt');
    const token = formatToken({ kind: 'agent', org: FIRST_ORGANIZATION, subject: agentId, secret: newSecret() });
    gateway.owner.on('query.credential', {
      kind: 'credential',
      credential: { subject: agentId, kind: 'agent', agent_id: agentId },
    });
    expect(await gateway.call('GET', '/v1/payments', { token })).toMatchObject({ status: 200 });
    expect(asked[0]).toMatchObject({ agent: agentId });
    expect(await gateway.call('GET', '/v1/payments?agent=writer', { token })).toMatchObject({
      status: 403,
      json: { code: 'agent_not_own' },
    });
    const sessionId = newId('ses');
    const session = formatToken({ kind: 'session', org: FIRST_ORGANIZATION, subject: sessionId, secret: newSecret() });
    gateway.owner.on('query.credential', { kind: 'credential', credential: { subject: sessionId, kind: 'session' } });
    expect(await gateway.call('GET', '/v1/payments', { token: session })).toMatchObject({ status: 200 });
    expect(asked.slice(1)).toMatchObject([{ within: sessionId, agent: undefined, session: undefined }]);
    const refusal = { code: 'credential_invalid', scope: { kind: 'session', id: sessionId } } as const;
    gateway.owner.on('query.credential', { kind: 'refused', refusal });
    expect(await gateway.call('GET', '/v1/payments', { token: session })).toMatchObject({ status: 401 });
    expect(asked).toHaveLength(2);
  });

  it('names a cursor that the projection does not know, and says when the projection does not answer', async () => {
    gateway.owner.on('query.credential', keyView);
    listed = new ReadModelQueryError('cursor_invalid', 'cursor', 'the cursor is not one that this list has given');
    expect(await gateway.call('GET', '/v1/payments?cursor=abc')).toMatchObject({
      status: 422,
      json: { code: 'query_invalid', problems: [{ field: 'cursor' }] },
    });
    listed = new Error('connection refused');
    const called = await gateway.call('GET', '/v1/payments');
    expect(called).toMatchObject({ status: 503, json: { code: 'read_model_unavailable' } });
    expect(called.text).not.toContain('connection');
  });
});
