import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  approvalAnswerSchema,
  approvalsAnswerSchema,
  approvalStepSchema,
  grantCreatedSchema,
  grantRevokedSchema,
  grantsAnswerSchema,
  paymentAnswerSchema,
  paymentStateSchema,
} from '#contracts';
import type { BookEvent, CommandHeader, PaymentDetails } from '#domain';
import type { ListPaymentsQuery } from '#read-models';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, paymentDetails, recorded, TIME } from '../../test-support/recorded-events.js';

const PAYMENT = 'pay_0190000000007000800000000000000a';
const APPROVAL = 'apr_0190000000007000800000000000000a';
const asked: ListPaymentsQuery[] = [];
let gateway: GatewayUnderTest;

beforeAll(async () => {
  const reports = {
    spendReport: () => Promise.reject(new Error('not asked here')),
    listPaymentRequests: () => Promise.reject(new Error('not asked here')),
    listPayments: (query: ListPaymentsQuery) => {
      asked.push(query);
      return Promise.resolve({ items: [], next_cursor: null });
    },
  };
  gateway = await startGateway({ reports });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  asked.length = 0;
});

const header: CommandHeader = { org: 'org_1', credential: { subject: 'key_1', proven_by: 'bus' }, fresh_id: '1' };
const details = { ...paymentDetails({ payment_id: PAYMENT }), approval_id: APPROVAL } as unknown as PaymentDetails;
const pending = {
  ...headOf(header),
  ...details,
  type: 'payment.pending_approval',
  windows: [],
  expires_at: TIME + 86_400_000,
  capture: false,
  hold_ms: 900_000,
  above: { scope: { kind: 'agent', id: 'agt_1' }, amount: '10000' },
};
const approved = {
  ...headOf(header),
  ...details,
  type: 'payment.approved',
  capture: false,
  expires_at: TIME + 900_000,
};
const denied = {
  ...headOf(header),
  ...details,
  type: 'payment.voided',
  released: '50000',
  reason: 'approval_denied',
  was_pending: true,
  explanation: 'too dear',
};
const refused = {
  ...headOf(header),
  ...details,
  type: 'payment.approval_refused',
  decline: { code: 'agent_frozen', scope: { kind: 'agent', id: 'agt_1' } },
};

function history(...events: object[]) {
  const numbered = events.map((event, index) => ({ event: event as BookEvent, position: `3:${7 + index}` }));
  gateway.owner.on('query.payment', () => ({ kind: 'payment', events: numbered }));
}

describe('A payment that waits, over HTTP', () => {
  it('C1: is answered 202 with its approval, and the payment tells what becomes of it', async () => {
    gateway.owner.on('payment.authorize', () => recorded(pending));
    const body = { payee: 'writer', amount: 0.05 };
    const { status, json } = await gateway.call('POST', '/v1/payments', { body });
    expect(status).toBe(202);
    expect(paymentAnswerSchema.parse(json)).toMatchObject({
      status: 'pending_approval',
      approval_id: APPROVAL,
      amount_held: '0.05',
      amount_captured: '0',
      expires_at: '2026-01-02T12:00:00.000Z',
    });
    history(pending, refused, approved);
    const state = await gateway.call('GET', `/v1/payments/${PAYMENT}`);
    expect(paymentStateSchema.parse(state.json)).toMatchObject({
      status: 'authorized',
      amount_held: '0.05',
      expires_at: '2026-01-01T12:15:00.000Z',
    });
  });

  it('is listed from the book while it is pending, and from the read models once it was decided', async () => {
    gateway.owner.on('query.approvals', { kind: 'approvals', approvals: [{ details, expires_at: TIME }], more: true });
    const page = await gateway.call('GET', '/v1/approvals?limit=1');
    expect(approvalsAnswerSchema.parse(page.json)).toMatchObject({
      approvals: [{ approval_id: APPROVAL, payment_id: PAYMENT, status: 'pending', amount: '0.05' }],
      next_cursor: APPROVAL,
    });
    expect(gateway.owner.last('query.approvals')).toMatchObject({ limit: 1 });
    gateway.owner.on('query.credential', {
      kind: 'credential',
      credential: { subject: 'key_0', kind: 'key', role: 'finance' },
    });
    expect(await gateway.call('GET', '/v1/approvals?status=denied&cursor=abc')).toMatchObject({ status: 200 });
    expect(asked).toMatchObject([{ approval: 'denied', cursor: 'abc' }]);
    expect(await gateway.call('GET', '/v1/approvals?status=maybe')).toMatchObject({ status: 422 });
  });

  it('D7: is read with who decided, why, and which rule refused before', async () => {
    history(pending, refused, denied);
    const { json } = await gateway.call('GET', `/v1/approvals/${APPROVAL}`);
    expect(approvalAnswerSchema.parse(json)).toMatchObject({
      status: 'denied',
      decided_by: 'key_1',
      explanation: 'too dear',
      above: { amount: '0.01' },
      refusals: [{ decline: { code: 'agent_frozen' } }],
      expires_at: null,
    });
    expect(gateway.owner.last('query.payment')).toMatchObject({ payment_id: PAYMENT });
  });

  it('is waited for, and answered as soon as it is decided', async () => {
    history(pending);
    setTimeout(() => history(pending, approved), 300);
    const started = Date.now();
    const { json } = await gateway.call('GET', `/v1/approvals/${APPROVAL}?wait_seconds=20`);
    expect(approvalAnswerSchema.parse(json)).toMatchObject({ status: 'approved' });
    expect(Date.now() - started).toBeLessThan(10_000);
    history(pending);
    const over = await gateway.call('GET', `/v1/approvals/${APPROVAL}?wait_seconds=1`);
    expect(over).toMatchObject({ status: 200, json: { status: 'pending' } });
    expect(await gateway.call('GET', `/v1/approvals/${APPROVAL}?wait_seconds=26`)).toMatchObject({ status: 422 });
  }, 30_000);

  it('F7: is not found where there is none, or the payment never waited', async () => {
    history({ ...pending, approval_id: undefined, type: 'payment.authorized' });
    for (const id of [APPROVAL, 'apr_1'])
      expect(await gateway.call('GET', `/v1/approvals/${id}`)).toMatchObject({
        status: 404,
        json: { code: 'approval_not_found' },
      });
  });

  it('C2: is approved or denied once for each key; a rule that refuses is a problem document', async () => {
    gateway.owner.on('approval.approve', () => recorded(approved)).on('approval.deny', () => recorded(denied));
    const headers = { 'idempotency-key': 'k' };
    const yes = await gateway.call('POST', `/v1/approvals/${APPROVAL}/approve`, { headers });
    expect(approvalStepSchema.parse(yes.json)).toMatchObject({ status: 'approved', payment_status: 'authorized' });
    const body = { explanation: 'too dear' };
    const no = await gateway.call('POST', `/v1/approvals/${APPROVAL}/deny`, { headers, body });
    expect(approvalStepSchema.parse(no.json)).toMatchObject({ status: 'denied', payment_status: 'voided' });
    const [approve, deny] = [gateway.owner.last('approval.approve'), gateway.owner.last('approval.deny')];
    expect(approve).toMatchObject({ approval_id: APPROVAL, key: 'k' });
    expect(deny).toMatchObject({ approval_id: APPROVAL, key: 'k', explanation: 'too dear' });
    expect(approve.fingerprint).not.toBe(deny.fingerprint);
    gateway.owner.on('approval.approve', {
      kind: 'refused',
      refusal: { code: 'agent_frozen', scope: { kind: 'agent', id: 'agt_1' } },
      recorded: { event: refused as unknown as BookEvent, position: '3:9' },
    });
    expect(await gateway.call('POST', `/v1/approvals/${APPROVAL}/approve`)).toMatchObject({
      status: 403,
      json: { code: 'agent_frozen', payment_id: PAYMENT, position: '3:9' },
    });
  });
});

describe('Standing grants over HTTP', () => {
  const limit = { of: 'amount', per: 'month', maximum: '5000000', asset: 'USD' };
  it('A10: what is accepted is in the command, and what is not is named', async () => {
    gateway.owner.on('grant.create', (command) =>
      recorded({
        ...headOf(command),
        type: 'approval.grant_created',
        grant_id: 'grt_1',
        payee: { service: 'search' },
        limit: command.limit,
      }),
    );
    const body = { agent_id: '@ada', service: 'search', amount: 5, per: 'month', expires_in: 60 };
    const { status, json } = await gateway.call('POST', '/v1/approvals/grants', { body });
    expect(status).toBe(201);
    expect(grantCreatedSchema.parse(json)).toMatchObject({ grant_id: 'grt_1', limit: { max: 5, per: 'month' } });
    expect(gateway.owner.last('grant.create')).toMatchObject({
      agent: 'ada',
      payee: { service: 'search' },
      limit,
      expires_in_ms: 60_000,
    });
    for (const [field, wrong] of [
      ['payee', { amount: 1, per: 'day' }],
      ['per', { service: 's', amount: 1, per: 'payment' }],
      ['amount', { service: 's', amount: 0, per: 'day' }],
      ['time_zone', { service: 's', amount: 1, per: 'lifetime', time_zone: 'Europe/Berlin' }],
      ['until', { service: 's', amount: 1, per: 'day', until: 1 }],
    ] as const)
      expect(await gateway.call('POST', '/v1/approvals/grants', { body: wrong })).toMatchObject({
        status: 422,
        json: { problems: [{ field }] },
      });
  });

  it('are listed with what is left, and revoked', async () => {
    const figures = { id: 'amount:month:USD', spent: '1', held: '0', remaining: '4999999' };
    const view = {
      grant_id: 'grt_1',
      payee: { service: 'search' },
      limit: { ...limit, ...figures } as never,
      policy_version: 5,
    };
    gateway.owner
      .on('query.grants', { kind: 'grants', grants: [view], more: false })
      .on('grant.revoke', (command) =>
        recorded({ ...headOf(command), type: 'approval.grant_revoked', grant_id: command.grant_id }),
      );
    const page = await gateway.call('GET', '/v1/approvals/grants');
    expect(grantsAnswerSchema.parse(page.json)).toMatchObject({
      grants: [{ agent: null, limit: { remaining: 4.999999 } }],
      next_cursor: null,
    });
    const gone = await gateway.call('DELETE', '/v1/approvals/grants/grt_1');
    expect(grantRevokedSchema.parse(gone.json)).toMatchObject({ grant_id: 'grt_1', status: 'revoked' });
  });
});
