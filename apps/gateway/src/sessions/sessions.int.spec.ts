import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionClosedSchema, sessionOpenedSchema, sessionSchema, type SessionView } from '#contracts';
import type { OpenSession } from '#domain';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret, parseToken } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, recorded, TIME } from '../../test-support/recorded-events.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  gateway.owner.on('session.open', opened);
});

function opened(command: OpenSession) {
  return recorded({
    ...headOf(command),
    type: 'session.opened',
    session_id: `ses_${command.fresh_id}`,
    parent_session_id: command.parent_session_id,
    agent_id: command.agent,
    asset: command.asset,
    budget: command.budget.toString(),
    mode: command.mode,
    labels: command.labels,
    expires_at: command.expires_in_ms === undefined ? undefined : TIME + command.expires_in_ms,
    token_hash: command.token_hash,
    description_hash: command.description_hash,
  });
}

const view: SessionView = {
  session_id: 'ses_0190000000007000800000000000000a',
  mode: 'shared',
  status: 'open',
  asset: 'JPY',
  budget: '20000',
  spent: '5000',
  held: '0',
  carved: '0',
  remaining: '15000',
  labels: {},
  policy_version: 9,
};

describe('POST /v1/sessions', () => {
  it('F4: shows the session’s token once and sends its hash; the description leaves as a salted hash only', async () => {
    const body = {
      budget: 2,
      description: 'Find the report',
      label: 'goal=report',
      labels: { team: 'red' },
      expires_in: 60,
    };
    const { status, json } = await gateway.call('POST', '/v1/sessions', { body });
    expect(status).toBe(201);
    const answer = sessionOpenedSchema.parse(json);
    expect(answer).toMatchObject({
      budget: 2,
      remaining: 2,
      remaining_exact: '2',
      spent: 0,
      status: 'open',
      mode: 'shared',
      labels: { label: 'goal=report', team: 'red' },
      expires_at: '2026-01-01T12:01:00.000Z',
    });
    const command = gateway.owner.last('session.open');
    expect(command).toMatchObject({ budget: 2_000_000n, asset: 'USD', expires_in_ms: 60_000 });
    expect(parseToken(answer.session_token!)).toEqual({
      kind: 'session',
      org: FIRST_ORGANIZATION,
      subject: answer.session_id,
      proof: command.token_hash,
    });
    expect(Object.values(command)).not.toContain('Find the report');
    const first = command.description_hash;
    await gateway.call('POST', '/v1/sessions', { body });
    expect(gateway.owner.last('session.open').description_hash).not.toBe(first);
    expect(gateway.owner.last('session.open').fingerprint).toBe(command.fingerprint);
  });

  it('opens child sessions under a named parent, or under the session whose token is shown', async () => {
    await gateway.call('POST', '/v1/sessions', {
      body: {
        budget: '0.50',
        parent_session_id: view.session_id,
        agent_id: '@writer',
        participants: ['@editor'],
        mode: 'reserved',
      },
    });
    expect(gateway.owner.last('session.open')).toMatchObject({
      parent_session_id: view.session_id,
      agent: 'writer',
      participants: ['editor'],
      mode: 'reserved',
      budget: 500_000n,
    });
    const parent = newId('ses');
    const token = formatToken({ kind: 'session', org: FIRST_ORGANIZATION, subject: parent, secret: newSecret() });
    await gateway.call('POST', '/v1/sessions', { token, body: { budget: 0 } });
    expect(gateway.owner.last('session.open')).toMatchObject({ parent_session_id: parent, budget: 0n });
  });
});

describe('A session', () => {
  beforeEach(() => {
    gateway.owner
      .on('query.session', {
        kind: 'session',
        session: {
          ...view,
          children: [{ ...view, session_id: 'ses_1', parent_session_id: view.session_id, over_by: '10' }],
        },
      })
      .on('session.change', (command) =>
        recorded({
          ...headOf(command),
          type: 'session.changed',
          session_id: command.session_id,
          budget: String(command.budget),
        }),
      )
      .on('session.close', (command) =>
        recorded({ ...headOf(command), type: 'session.closed', session_id: command.session_id, returned: '0' }),
      );
  });

  it('A4: is read with its tree', async () => {
    const { status, json } = await gateway.call('GET', `/v1/sessions/${view.session_id}`);
    expect(status).toBe(200);
    expect(sessionSchema.parse(json)).toMatchObject({
      currency: 'JPY',
      budget: 2,
      spent: 0.5,
      remaining: 1.5,
      children: [{ session_id: 'ses_1', over_by: 0.001, over_by_exact: '0.001' }],
    });
  });

  it('A12: has its budget changed in its own currency, and its expiry lifted by null', async () => {
    const path = `/v1/sessions/${view.session_id}`;
    expect(await gateway.call('PATCH', path, { body: { budget: '3.0001' } })).toMatchObject({ status: 200 });
    expect(gateway.owner.last('session.change')).toMatchObject({ budget: 30_001n });
    await gateway.call('PATCH', path, { body: { expires_in: null } });
    expect(gateway.owner.last('session.change')).toMatchObject({ expires_in_ms: null });
    expect(gateway.owner.last('session.change').budget).toBeUndefined();
    gateway.owner.forget();
    expect(await gateway.call('PATCH', path, { body: { budget: 3, currency: 'USD' } })).toMatchObject({
      status: 422,
      json: { code: 'asset_mismatch' },
    });
    expect(await gateway.call('PATCH', path, { body: { budget: '3.00001' } })).toMatchObject({
      status: 422,
      json: { problems: [{ field: 'budget' }] },
    });
    expect(gateway.owner.asked.filter(({ command }) => command.type === 'session.change')).toEqual([]);
  });

  it('is closed', async () => {
    const { status, json } = await gateway.call('POST', `/v1/sessions/${view.session_id}/close`);
    expect(status).toBe(200);
    expect(sessionClosedSchema.parse(json)).toMatchObject({ session_id: view.session_id, status: 'closed' });
  });
});
