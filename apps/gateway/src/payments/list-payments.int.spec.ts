import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { paymentsAnswerSchema } from '#contracts';
import { ReadModelQueryError, type ListPaymentsQuery, type PaymentItem } from '#read-models';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { TIME } from '../../test-support/recorded-events.js';

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
