import { describe, expect, it } from '@jest/globals';
import {
  captureRequestSchema,
  changeAgentSchema,
  changeSessionSchema,
  issueKeySchema,
  openSessionSchema,
  parsePaymentRequest,
  paymentsQuerySchema,
  readQuery,
  readRequest,
  refundRequestSchema,
  registerAgentSchema,
  spendReportQuerySchema,
  topUpSchema,
} from '#contracts';
import type {
  CaptureRequest,
  ChangeAgentRequest,
  ChangeSessionRequest,
  IssueKeyRequest,
  OpenSessionRequest,
  PaymentRequest,
  PaymentsQuery,
  RefundRequest,
  RegisterAgentRequest,
  SpendReportQuery,
  TopUpRequest,
} from './index.js';

/** Every field, so that one that the gateway does not know is refused by name here. */
const payment: Required<Omit<PaymentRequest, 'service' | 'expires_in'>> = {
  payee: 'seller',
  payee_org: `org_${'0'.repeat(31)}1`,
  amount: 0.05,
  currency: 'USD',
  capture: true,
  agent_id: 'researcher',
  session_id: 'ses_1',
  label: 'goal=42',
  labels: { team: 'search' },
  category: 'search',
  memo: 'a note',
  idempotency_key: 'key',
};
const register: Required<RegisterAgentRequest> = {
  handle: 'researcher',
  spending_cap: { amount: '5.00', currency: 'USD' },
  per_tx_limit: 0.5,
  daily_cap: '2',
  limits: [{ of: 'count', per: { rolling_seconds: 60 }, max: 10, currency: 'USD' }],
  protocols: ['direct', 'x402'],
  funding: 'own',
  parent_agent_id: 'manager',
};
const change: Required<ChangeAgentRequest> = {
  spending_cap: null,
  per_tx_limit: null,
  daily_cap: '2',
  limits: [{ of: 'amount', per: 'week', max: '10', currency: 'USD', time_zone: 'Europe/Berlin' }],
  protocols: null,
  funding: 'treasury',
};
const session: Required<OpenSessionRequest> = {
  budget: '10',
  currency: 'USD',
  description: 'a piece of work',
  agent_id: 'researcher',
  participants: ['writer'],
  parent_session_id: 'ses_0',
  mode: 'reserved',
  label: 'goal',
  labels: { team: 'search' },
  wallet_id: 'wal_1',
  expires_in: 60,
};
const sessionChange: Required<ChangeSessionRequest> = { budget: 1, currency: 'USD', expires_in: null };
const capture: Required<CaptureRequest> = { amount: '0.01', currency: 'USD', final: false };
const refund: Required<RefundRequest> = { amount: '0.01', currency: 'USD', reason: 'not delivered' };
const topup: Required<Omit<TopUpRequest, 'session_id' | 'agent_id'>> = {
  wallet_id: 'wal_1',
  amount: 100,
  currency: 'USD',
  reference: 'invoice 7',
};
const key: Required<IssueKeyRequest> = { role: 'finance', name: 'month end' };
const report: Required<Omit<SpendReportQuery, 'group_by'>> & { group_by: string } = {
  group_by: 'agent,day',
  from: '2026-01-01',
  to: '2026-02-01T00:00:00Z',
  agent: 'researcher',
  label: 'goal=42',
  session_id: 'ses_1',
  service: 'search',
  protocol: 'direct',
  counterparty: 'service:search',
  currency: 'USD',
  limit: 10,
  cursor: 'abc',
};
const list: Required<PaymentsQuery> = {
  agent: 'researcher',
  session_id: 'ses_1',
  label: 'goal',
  status: 'captured',
  from: '2026-01-01',
  to: '2026-02-01',
  order: 'oldest_first',
  limit: 10,
  cursor: 'abc',
};

const texts = (query: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));

describe('the requests that the client offers', () => {
  it.each([
    ['payment', parsePaymentRequest(JSON.stringify(payment))],
    ['hold', parsePaymentRequest(JSON.stringify({ service: 'search', amount: '0.05', expires_in: 60 }))],
    ['registration', readRequest(registerAgentSchema, JSON.stringify(register))],
    ['change of an agent', readRequest(changeAgentSchema, JSON.stringify(change))],
    ['session', readRequest(openSessionSchema, JSON.stringify(session))],
    ['change of a session', readRequest(changeSessionSchema, JSON.stringify(sessionChange))],
    ['capture', readRequest(captureRequestSchema, JSON.stringify(capture))],
    ['refund', readRequest(refundRequestSchema, JSON.stringify(refund))],
    ['top-up', readRequest(topUpSchema, JSON.stringify(topup))],
    ['key', readRequest(issueKeySchema, JSON.stringify(key))],
    ['report', readQuery(spendReportQuerySchema, texts(report))],
    ['list of payments', readQuery(paymentsQuerySchema, texts(list))],
  ])('are those that the gateway reads: %s', (_name, read) => {
    expect(read).toMatchObject({ ok: true });
  });
});
