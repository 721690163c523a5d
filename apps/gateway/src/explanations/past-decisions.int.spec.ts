import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  explanationAnswerSchema,
  partitionOf,
  policyChangeSchema,
  problemSchema,
  type CredentialView,
} from '#contracts';
import type { BookEvent, PastExplanation } from '#domain';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { paymentDetails, TIME } from '../../test-support/recorded-events.js';
import type { DecisionPlace, LogEntry } from '../ports.js';

const PARTITION = partitionOf(FIRST_ORGANIZATION);
const PAYMENT_ID = 'pay_0190000000007000800000000000000a';
let gateway: GatewayUnderTest;
let log: LogEntry[] = [];
let asked: DecisionPlace[] = [];
let explain: (place: DecisionPlace) => Promise<PastExplanation>;

beforeAll(async () => {
  gateway = await startGateway({
    explainer: {
      explain: (place) => {
        asked.push(place);
        return explain(place);
      },
    },
    log: {
      head: () => Promise.resolve({ position: log.length }),
      read: (_, after, upTo) => Promise.resolve(log.slice(after, upTo)),
    },
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  asked = [];
  gateway.owner.forget();
  callAs({ subject: 'key_0', kind: 'key', role: 'finance' });
});

function callAs(credential: CredentialView): void {
  gateway.owner.on('query.credential', { kind: 'credential', credential });
}

const tokenOf = (subject: string): string =>
  formatToken({ kind: 'agent', org: FIRST_ORGANIZATION, subject, secret: newSecret() });

describe('GET /v1/payments/{id}/explanation', () => {
  const [payer, parent, payee] = [newId('agt'), newId('agt'), newId('agt')];
  let position = 100;
  const details = {
    ...paymentDetails({ payment_id: PAYMENT_ID }),
    payer: { agent_id: payer, handle: 'planner', wallet_id: 'wal_1' },
    payee: { agent_id: payee, handle: 'writer' },
  };
  const decline = { code: 'window_limit_exceeded', scope: { kind: 'agent', id: payer } } as const;
  const past: PastExplanation = {
    would: 'declined',
    time: TIME,
    decline,
    policy_version: 9,
    reproduced: true,
    payment: details as never,
    rules: [
      { scope: { kind: 'agent', id: payer }, rule: 'status', effect: 'refuses', passes: true },
      { scope: { kind: 'parent_agent', id: parent }, rule: 'status', effect: 'refuses', passes: true },
    ],
  };
  const path = `/v1/payments/${PAYMENT_ID}/explanation`;

  beforeEach(() => {
    position += 1;
    explain = () => Promise.resolve(past);
    const event = { type: 'payment.declined', version: 1, org: FIRST_ORGANIZATION, time: TIME, ...details, decline };
    const events = [{ event: event as unknown as BookEvent, position: `${PARTITION}:${position}` }];
    gateway.owner.on('query.payment', { kind: 'payment', events });
  });

  it('D7: has the shape of a dry run’s answer, with when and under which version it was decided', async () => {
    const { status, json } = await gateway.call('GET', path);
    expect(status).toBe(200);
    expect(explanationAnswerSchema.parse(json)).toMatchObject({
      payment_id: PAYMENT_ID,
      would: 'declined',
      decline: { code: 'window_limit_exceeded', retryable: true },
      policy_version: 9,
      decided_at: new Date(TIME).toISOString(),
      as_of: new Date(TIME).toISOString(),
      position: `${PARTITION}:${position}`,
      reproduced: true,
    });
    expect(asked).toEqual([{ org: FIRST_ORGANIZATION, partition: PARTITION, position }]);
  });

  it('D10: the payer and those above it see its rules; who is paid may read the payment and not these', async () => {
    for (const [subject, expected] of [
      [payer, 200],
      [parent, 200],
      [payee, 403],
    ] as const)
      expect([subject, (await gateway.call('GET', path, { token: tokenOf(subject) })).status]).toEqual([
        subject,
        expected,
      ]);
  });

  it('F7: what the owner does not show is not explained', async () => {
    const refusal = { code: 'payment_not_found', scope: { kind: 'payment', id: PAYMENT_ID } } as const;
    gateway.owner.on('query.payment', { kind: 'refused', refusal });
    expect(await gateway.call('GET', path)).toMatchObject({ status: 404, json: { code: 'payment_not_found' } });
    expect(asked).toEqual([]);
  });

  it('D19: more than may wait at one time are told to come again, and nothing is lost by it', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    explain = () => finished.then(() => past);
    const asks = { number: 1_000 };
    const event = { type: 'payment.transferred', ...details } as unknown as BookEvent;
    gateway.owner.on('query.payment', () => {
      asks.number += 1;
      return { kind: 'payment', events: [{ event, position: `${PARTITION}:${asks.number}` }] };
    });
    const first = Array.from({ length: 4 }, () => gateway.call('GET', path));
    while (asks.number < 1_004) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = await gateway.call('GET', path);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(problemSchema.parse(refused.json)).toMatchObject({ code: 'explanation_not_ready', retryable: true });
    finish();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await gateway.call('GET', path)).status).toBe(200);
  });
});

describe('GET /v1/policies/{version}', () => {
  const agent_id = newId('agt');
  const events = [
    {
      type: 'organization.created',
      default_asset: 'JPY',
      first_use: { enabled: true, per_payment: '50000', per_day: '9', agents_maximum: 2, together_per_day: '9' },
    },
    {
      type: 'agent.registered',
      agent_id,
      limits: [{ of: 'amount', per: 'day', maximum: '700000', asset: 'USD' }],
      funding: 'own',
      token_hash: 'hash',
      labels: {},
    },
    {
      type: 'agent.changed',
      agent_id,
      lists: null,
      approval_above: { amount: '5', asset: 'USD' },
      breakers: { limits: [{ of: 'count', per: 'day', maximum: '3', asset: 'USD' }] },
    },
    { type: 'agent.token_rotated', agent_id, token_hash: 'hash' },
    { type: 'session.changed', session_id: 'ses_1', budget: '200000', expires_at: null },
    { type: 'session.opened', session_id: 'ses_2', budget: '200000', mode: 'shared', asset: 'JPY', token_hash: 'hash' },
    { type: 'agent.cap_raised', agent_id, amount: '50000', asset: 'USD', topup_id: 'top_1' },
    {
      type: 'approval.grant_created',
      grant_id: 'grt_1',
      payee: { service: 'search' },
      limit: { of: 'amount', per: 'day', maximum: '50000', asset: 'JPY' },
    },
    { type: 'organization.changed', name: 'Renamed' },
    { type: 'agent.frozen', agent_id, reason: 'audit' },
  ];

  beforeEach(() => {
    log = events.map((fields, index) => ({
      position: index + 1,
      payload: Buffer.from(
        JSON.stringify({ org: FIRST_ORGANIZATION, by: 'key_1', time: TIME, sequence: index + 1, ...fields }),
      ),
    }));
    gateway.owner.on('query.session', { kind: 'session', session: { asset: 'JPY' } as never });
  });

  it('D7: shows what was set, of whom, by whom and when, in decimals', async () => {
    const shown = await Promise.all(
      [1, 2, 3, 5, 6, 7, 8, 10].map(async (version) => {
        const { json } = await gateway.call('GET', `/v1/policies/${version}`);
        const { policy_version, scope, rules } = policyChangeSchema.parse(json);
        return [policy_version, scope.kind, rules];
      }),
    );
    expect(shown).toMatchObject([
      [1, 'organization', { first_use: { per_payment: 5, currency: 'JPY' } }],
      [2, 'agent', { limits: [{ max: 0.7, max_exact: '0.7', per: 'day' }], funding: 'own' }],
      [3, 'agent', { lists: null, approval_above: { amount_exact: '0.000005' }, breakers: { limits: [{ max: 3 }] } }],
      [5, 'session', { budget: { amount: 20, currency: 'JPY' }, expires_at: null }],
      [6, 'session', { budget: { amount: 20, currency: 'JPY' }, mode: 'shared' }],
      [7, 'agent', { cap_raised_by: { amount: 0.05, currency: 'USD' } }],
      [8, 'grant', { payee: { service: 'search' }, limits: [{ max: 5 }] }],
      [10, 'agent', { status: 'frozen', status_reason: 'audit' }],
    ]);
    const { text, json } = await gateway.call('GET', '/v1/policies/2');
    expect(text).not.toContain('hash');
    expect(json).toMatchObject({ type: 'agent.registered', by: 'key_1', position: `${PARTITION}:2` });
  });

  it('D7: what set no rule, or is none, has no version', async () => {
    for (const version of ['4', '9', '11', '0', '-1', '1.5', 'x', '99999999999999999999'])
      expect([version, (await gateway.call('GET', `/v1/policies/${version}`)).json['code']]).toEqual([
        version,
        'policy_version_not_found',
      ]);
  });

  it('D10: an agent’s token sees what was set of the agent, a session’s nothing', async () => {
    callAs({ subject: agent_id, kind: 'agent', agent_id });
    const token = tokenOf(agent_id);
    expect((await gateway.call('GET', '/v1/policies/3', { token })).status).toBe(200);
    expect((await gateway.call('GET', '/v1/policies/1', { token })).status).toBe(404);
    callAs({ subject: 'ses_1', kind: 'session', session_id: 'ses_1' });
    const session = formatToken({
      kind: 'session',
      org: FIRST_ORGANIZATION,
      subject: newId('ses'),
      secret: newSecret(),
    });
    expect((await gateway.call('GET', '/v1/policies/3', { token: session })).status).toBe(403);
  });
});
