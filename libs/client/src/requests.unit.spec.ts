import { describe, expect, it } from '@jest/globals';
import {
  approvalsQuerySchema,
  captureRequestSchema,
  changeAgentSchema,
  changeOrganizationSchema,
  changeSessionSchema,
  createGrantSchema,
  emailServiceSchema,
  extendRequestSchema,
  imageServiceSchema,
  issueAdminKeySchema,
  issueKeySchema,
  openOrganizationSchema,
  openSessionSchema,
  openWalletSchema,
  parsePaymentRequest,
  openPaymentRequestSchema,
  paymentRequestsQuerySchema,
  paymentsQuerySchema,
  receiptsQuerySchema,
  payPaymentRequestSchema,
  payServiceSchema,
  readQuery,
  readRequest,
  refundRequestSchema,
  registerAddressSchema,
  redeemTokenSchema,
  registerAgentSchema,
  resolveChallengeSchema,
  resolveRequestSchema,
  searchServiceSchema,
  smsServiceSchema,
  spendAuthSchema,
  spendReportQuerySchema,
  topUpSchema,
  transferSchema,
} from '#contracts';
import type {
  ApprovalsQuery,
  CaptureRequest,
  ChangeAgentRequest,
  ChangeOrganizationRequest,
  ChangeSessionRequest,
  CreateGrantRequest,
  EmailRequest,
  ExtendRequest,
  ImageRequest,
  IssueAdminKeyRequest,
  IssueKeyRequest,
  OpenOrganizationRequest,
  OpenSessionRequest,
  OpenWalletRequest,
  OpenPaymentRequestRequest,
  PaymentRequest,
  PaymentRequestsQuery,
  PaymentsQuery,
  ReceiptsQuery,
  RedeemTokenRequest,
  PayPaymentRequestRequest,
  PayServiceRequest,
  RefundRequest,
  SearchRequest,
  SmsRequest,
  RegisterAddressRequest,
  RegisterAgentRequest,
  ResolveChallengeRequest,
  SpendLists,
  ResolveRequest,
  SpendAuthRequest,
  SpendReportQuery,
  TopUpRequest,
  TransferRequest,
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
  request_id: 'order 17',
  memo: 'a note',
  idempotency_key: 'key',
};
const lists: SpendLists = {
  allow: { services: ['search'], payees: ['writer'], payee_orgs: ['org_1'], categories: ['a'], protocols: ['direct'] },
  deny: { services: [] },
  hours: { time_zone: 'Europe/Berlin', open: [{ days: ['mon', 'tue'], from: '09:00', to: '24:00' }] },
};
const register: Required<RegisterAgentRequest> = {
  handle: 'researcher',
  spending_cap: { amount: '5.00', currency: 'USD' },
  per_tx_limit: 0.5,
  daily_cap: '2',
  limits: [{ of: 'count', per: { rolling_seconds: 60 }, max: 10, currency: 'USD' }],
  protocols: ['direct', 'x402'],
  lists,
  approval_above: { amount: '1', currency: 'JPY' },
  breakers: {
    declines_in_a_row: 5,
    failures_in_a_row: 3,
    limits: [{ of: 'count', per: 'minute', max: 100 }],
    expected: { services: ['search'], payees: [] },
  },
  funding: 'own',
  parent_agent_id: 'manager',
};
const spendAuth: Required<SpendAuthRequest> = {
  agent_id: 'researcher',
  limit_usd: '0.50',
  label: 'goal',
  labels: { team: 'search' },
};
const change: Required<ChangeAgentRequest> = {
  spending_cap: null,
  per_tx_limit: null,
  daily_cap: '2',
  limits: [{ of: 'amount', per: 'week', max: '10', currency: 'USD', time_zone: 'Europe/Berlin' }],
  protocols: null,
  lists: null,
  approval_above: null,
  breakers: null,
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
  limits: [{ of: 'held', per: 'lifetime', max: '3', service: 'search' }],
  lists,
  approval_above: { amount: 0 },
  wallet_id: 'wal_1',
  expires_in: 60,
};
const sessionChange: Required<ChangeSessionRequest> = {
  budget: 1,
  currency: 'USD',
  expires_in: null,
  limits: [{ of: 'amount', per: 'month', max: 5, payee: 'writer' }],
  lists: null,
  approval_above: null,
};
const organization: Required<ChangeOrganizationRequest> = {
  name: 'Acme',
  limits: [{ of: 'amount', per: 'day', max: '100' }],
  lists,
  approval_above: { amount: '10' },
  accept_foreign_payments: false,
  first_use: { enabled: false, per_payment: '0.10', per_day: 1, agents_maximum: 5, together_per_day: '5' },
};
const grant: Required<Omit<CreateGrantRequest, 'payee'>> = {
  agent_id: 'researcher',
  service: 'search',
  amount: '5',
  currency: 'USD',
  per: 'month',
  time_zone: 'Europe/Berlin',
  expires_in: 60,
};
const approvals: Required<ApprovalsQuery> = { status: 'denied', limit: 10, cursor: 'abc' };
const capture: Required<CaptureRequest> = { amount: '0.01', currency: 'USD', final: false };
const refund: Required<RefundRequest> = { amount: '0.01', currency: 'USD', reason: 'not delivered' };
const topup: Required<Omit<TopUpRequest, 'session_id' | 'agent_id'>> = {
  wallet_id: 'wal_1',
  amount: 100,
  currency: 'USD',
  reference: 'invoice 7',
};
const transfer: Required<TransferRequest> = {
  from_wallet_id: 'wal_1',
  to_wallet_id: 'escrow:deals:USD',
  amount: '2.50',
  currency: 'USD',
  reason: 'deal 7',
};
const wallet: Required<OpenWalletRequest> = { kind: 'escrow', name: 'deals', currency: 'USD' };
const ask: Required<OpenPaymentRequestRequest> = {
  payee: 'seller',
  payer: 'researcher',
  payer_org: `org_${'0'.repeat(31)}1`,
  amount: '0.40',
  currency: 'USD',
  label: 'order=17',
  labels: { team: 'sales' },
  category: 'search',
  memo: 'for the summary',
  expires_in: 3600,
  idempotency_key: 'key',
};
const answerAsk: Required<PayPaymentRequestRequest> = {
  payee_org: `org_${'0'.repeat(31)}1`,
  session_id: 'ses_1',
  label: 'goal=42',
  labels: { team: 'search' },
  idempotency_key: 'key',
};
const asks: Required<PaymentRequestsQuery> = {
  as: 'payer',
  agent: 'researcher',
  status: 'expired',
  limit: 10,
  cursor: 'abc',
};
const extension: Required<ExtendRequest> = { expires_in: 3600 };
const resolution: Required<ResolveRequest> = { outcome: 'captured', amount: '0.01', currency: 'USD' };
const challenge: Required<ResolveChallengeRequest> = {
  challenge: { amount: '0.05', currency: 'USD', destination: 'writer', nonce: 'n-1' },
  agent_id: 'researcher',
  session_id: 'ses_1',
  max_credits: 0.05,
  label: 'goal',
  labels: { team: 'search' },
  idempotency_key: 'key',
};
const redemption: Required<RedeemTokenRequest> = {
  payment_token: 'a.b.c',
  amount: '0.05',
  currency: 'USD',
  nonce: 'n-1',
  idempotency_key: 'key',
};
const paidCall = {
  agent_id: 'researcher',
  session_id: 'ses_1',
  max_credits: '0.10',
  label: 'goal=42',
  labels: { team: 'search' },
  idempotency_key: 'key',
};
const payService: Required<PayServiceRequest> = { ...paidCall, service: 'tavily', payload: { query: 'q' } };
const search: Required<SearchRequest> = { ...paidCall, service: 'tavily', query: 'q' };
const email: Required<EmailRequest> = { ...paidCall, service: 'resend', to: 'a@b.example', subject: 's', body: 'b' };
const image: Required<ImageRequest> = { ...paidCall, service: 'openai-image', prompt: 'a cat' };
const sms: Required<SmsRequest> = { ...paidCall, service: 'twilio', to: '+4930123456', body: 'b' };
/** The calls that ignore fields they do not know: what is kept is compared. */
const kept = (read: unknown): string[] => Object.keys((read as { value: object }).value);
const address: Required<RegisterAddressRequest> = {
  address: `0x${'a'.repeat(40)}`,
  signature: `0x${'b'.repeat(130)}`,
  expires: '2026-12-01T00:00:00Z',
  idempotency_key: 'key',
};
const key: Required<IssueKeyRequest> = { role: 'finance', name: 'month end' };
const opening: Required<OpenOrganizationRequest> = {
  name: 'Acme',
  initial_credits: '100',
  first_use: organization.first_use,
};
const adminKey: Required<IssueAdminKeyRequest> = { name: 'way back in' };
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

const { status: _status, order: _order, ...receipts } = list;

const texts = (query: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));

describe('the requests that the client offers', () => {
  it.each([
    ['any service', payService, readRequest(payServiceSchema, JSON.stringify(payService))],
    ['search', search, readRequest(searchServiceSchema, JSON.stringify(search))],
    ['e-mail', email, readRequest(emailServiceSchema, JSON.stringify(email))],
    ['image', image, readRequest(imageServiceSchema, JSON.stringify(image))],
    ['sms', sms, readRequest(smsServiceSchema, JSON.stringify(sms))],
  ])('have no field that a paid service would ignore: %s', (_name, { label: _label, ...sent }, read) => {
    expect(kept(read).toSorted()).toEqual(Object.keys(sent).toSorted());
  });

  it.each([
    ['payment', parsePaymentRequest(JSON.stringify(payment))],
    ['hold', parsePaymentRequest(JSON.stringify({ service: 'search', amount: '0.05', expires_in: 60 }))],
    ['registration', readRequest(registerAgentSchema, JSON.stringify(register))],
    ['spend authorization', readRequest(spendAuthSchema, JSON.stringify(spendAuth))],
    ['change of an agent', readRequest(changeAgentSchema, JSON.stringify(change))],
    ['session', readRequest(openSessionSchema, JSON.stringify(session))],
    ['change of a session', readRequest(changeSessionSchema, JSON.stringify(sessionChange))],
    ['change of the org', readRequest(changeOrganizationSchema, JSON.stringify(organization))],
    ['grant', readRequest(createGrantSchema, JSON.stringify(grant))],
    ['list of approvals', readQuery(approvalsQuerySchema, texts(approvals))],
    ['capture', readRequest(captureRequestSchema, JSON.stringify(capture))],
    ['refund', readRequest(refundRequestSchema, JSON.stringify(refund))],
    ['top-up', readRequest(topUpSchema, JSON.stringify(topup))],
    ['payment request', readRequest(openPaymentRequestSchema, JSON.stringify(ask))],
    ['payment of a payment request', readRequest(payPaymentRequestSchema, JSON.stringify(answerAsk))],
    ['list of payment requests', readQuery(paymentRequestsQuerySchema, texts(asks))],
    ['transfer', readRequest(transferSchema, JSON.stringify(transfer))],
    ['wallet', readRequest(openWalletSchema, JSON.stringify(wallet))],
    ['extension', readRequest(extendRequestSchema, JSON.stringify(extension))],
    ['resolution', readRequest(resolveRequestSchema, JSON.stringify(resolution))],
    ['challenge', readRequest(resolveChallengeSchema, JSON.stringify(challenge))],
    ['redemption', readRequest(redeemTokenSchema, JSON.stringify(redemption))],
    ['address', readRequest(registerAddressSchema, JSON.stringify(address))],
    ['opening of an org', readRequest(openOrganizationSchema, JSON.stringify(opening))],
    ['admin key', readRequest(issueAdminKeySchema, JSON.stringify(adminKey))],
    ['key', readRequest(issueKeySchema, JSON.stringify(key))],
    ['report', readQuery(spendReportQuerySchema, texts(report))],
    ['list of payments', readQuery(paymentsQuerySchema, texts(list))],
    ['list of receipts', readQuery(receiptsQuerySchema, texts(receipts satisfies Required<ReceiptsQuery>))],
  ])('are those that the gateway reads: %s', (_name, read) => {
    expect(read).toMatchObject({ ok: true });
  });
});
