import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { agentRegisteredSchema, agentSchema, agentSpendSchema, agentStepSchema, type AgentView } from '#contracts';
import type { RegisterAgent } from '#domain';
import { FIRST_ORGANIZATION, newId, parseToken, tokenHash } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, recorded, TIME } from '../../test-support/recorded-events.js';

const view: AgentView = {
  agent_id: 'agt_0190000000007000800000000000000a',
  handle: 'writer',
  status: 'active',
  origin: 'explicit',
  revocation_id: 'rev_0190000000007000800000000000000a',
  funding: 'treasury',
  policy_version: 7,
  totals: [{ asset: 'USD', spent: '1500000', held: '250000' }],
  limits: [
    {
      id: 'amount:lifetime:USD',
      of: 'amount',
      per: 'lifetime',
      asset: 'USD',
      maximum: '5000000',
      spent: '1500000',
      held: '250000',
      remaining: '3250000',
    },
    {
      id: 'count:day:USD',
      of: 'count',
      per: 'day',
      asset: 'USD',
      maximum: '100',
      spent: '7',
      held: '0',
      remaining: '93',
      resets_at: TIME,
    },
  ],
};

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  gateway.owner
    .on('query.agent', { kind: 'agent', agent: view })
    .on('agent.register', (command) => registered(command));
});

function registered(
  command: RegisterAgent,
  agentId = `agt_${command.fresh_id}`,
  tokenHashOfEvent = command.token_hash,
) {
  return recorded({
    ...headOf(command),
    type: 'agent.registered',
    agent_id: agentId,
    handle: command.handle,
    origin: 'explicit',
    limits: command.limits,
    protocols: command.protocols,
    funding: command.funding,
    labels: {},
    token_hash: tokenHashOfEvent,
    revocation_id: agentId.replace('agt', 'rev'),
  });
}

describe('POST /v1/agents', () => {
  const body = {
    handle: '@writer',
    spending_cap: { amount: 5, currency: 'USD' },
    per_tx_limit: 0.5,
    protocols: ['direct', 'x402'],
  };

  it('F4: shows a token once that carries org and agent, and sends only its hash', async () => {
    const { status, json } = await gateway.call('POST', '/v1/agents', { body });
    expect(status).toBe(201);
    const answer = agentRegisteredSchema.parse(json);
    const command = gateway.owner.last('agent.register');
    expect(parseToken(answer.token!)).toEqual({
      kind: 'agent',
      org: FIRST_ORGANIZATION,
      subject: answer.agent_id,
      proof: command.token_hash,
    });
    expect(JSON.stringify(gateway.owner.asked, (_, value: unknown) => String(value))).not.toContain(answer.token);
  });

  it('A10: answers what was set, as numbers with exact twins', async () => {
    const { json } = await gateway.call('POST', '/v1/agents', { body });
    expect(json).toMatchObject({
      handle: 'writer',
      spending_cap: { amount: 5, amount_exact: '5', currency: 'USD' },
      per_tx_limit: 0.5,
      daily_cap: null,
      protocols: ['direct', 'x402'],
      limits: [
        { of: 'amount', per: 'lifetime', max: 5, max_exact: '5', currency: 'USD' },
        { of: 'amount', per: 'payment', max: 0.5, max_exact: '0.5', currency: 'USD' },
      ],
    });
    expect(json['revocation_id']).toMatch(/^rev_/);
  });

  it('F4: the answer to a repeated key omits the token, since this request’s was never recorded', async () => {
    gateway.owner.on('agent.register', (command) => registered(command, undefined, tokenHash('the first one')));
    const { status, json } = await gateway.call('POST', '/v1/agents', { body, headers: { 'idempotency-key': 'k' } });
    expect(status).toBe(201);
    expect(json).not.toHaveProperty('token');
  });

  it('a handle known by first use is taken over with the id it has, and its token fits that id', async () => {
    const agentId = newId('agt');
    gateway.owner
      .on('agent.register', (command) => registered(command, agentId))
      .on('agent.rotate_token', (command) =>
        recorded({
          ...headOf(command),
          type: 'agent.token_rotated',
          agent_id: agentId,
          token_hash: command.token_hash,
          previous_until: TIME,
        }),
      );
    const { json } = await gateway.call('POST', '/v1/agents', { body });
    const token = parseToken(agentRegisteredSchema.parse(json).token!);
    expect(token.subject).toBe(agentId);
    expect(gateway.owner.last('agent.rotate_token')).toMatchObject({
      agent: agentId,
      token_hash: token.proof,
      overlap_ms: 0,
    });
  });

  it('is 409 where an active agent has the handle', async () => {
    const refusal = { code: 'agent_handle_taken', scope: { kind: 'agent', id: 'writer' } } as const;
    gateway.owner.on('agent.register', { kind: 'refused', refusal });
    const called = await gateway.call('POST', '/v1/agents', { body });
    expect(called).toMatchObject({
      status: 409,
      json: { code: 'agent_handle_taken', scope: { kind: 'agent', id: 'writer' } },
    });
  });
});

describe('An agent', () => {
  it('D6: is read from the book’s owner', async () => {
    const { status, json } = await gateway.call('GET', '/v1/agents/@writer');
    expect(status).toBe(200);
    expect(agentSchema.parse(json)).toMatchObject({ handle: 'writer', spending_cap: { amount: 5 } });
    expect(gateway.owner.last('query.agent').agent).toBe('writer');
  });

  it('has spent, cap, and what remains: cap − spent − held', async () => {
    const { json } = await gateway.call('GET', '/v1/agents/writer/spend');
    expect(agentSpendSchema.parse(json)).toMatchObject({
      spent_usd: 1.5,
      held_usd: 0.25,
      cap_usd: 5,
      remaining_usd: 3.25,
      remaining_usd_exact: '3.25',
    });
  });

  it('E6 A10: sends short forms as changes, with no read before, and answers the agent as it is then', async () => {
    gateway.owner.on('agent.change', (command) =>
      recorded({ ...headOf(command), type: 'agent.changed', agent_id: view.agent_id, limits: command.limits }),
    );
    const body = { spending_cap: { amount: '7.5' }, daily_cap: 1, per_tx_limit: null };
    const { status, json } = await gateway.call('PATCH', '/v1/agents/writer', { body });
    expect(status).toBe(200);
    expect(agentSchema.parse(json)).toMatchObject({ handle: 'writer' });
    expect(gateway.owner.asked.map(({ command }) => command.type)).toEqual(['agent.change', 'query.agent']);
    const { limits, set_limits, lift_limits } = gateway.owner.last('agent.change');
    expect({ limits, set_limits, lift_limits }).toEqual({
      limits: undefined,
      lift_limits: [{ of: 'amount', per: 'payment', asset: 'USD' }],
      set_limits: [
        { of: 'amount', per: 'lifetime', maximum: '7500000', asset: 'USD' },
        { of: 'amount', per: 'day', maximum: '1000000', asset: 'USD' },
      ],
    });
    await gateway.call('PATCH', '/v1/agents/writer', { body: { limits: [], protocols: null } });
    expect(gateway.owner.last('agent.change')).toMatchObject({ limits: [], protocols: null });
  });

  it('is frozen, unfrozen and revoked', async () => {
    const { agent_id, revocation_id } = view;
    gateway.owner
      .on('agent.freeze', (command) =>
        recorded({ ...headOf(command), type: 'agent.frozen', agent_id, reason: command.reason }),
      )
      .on('agent.unfreeze', (command) => recorded({ ...headOf(command), type: 'agent.unfrozen', agent_id }))
      .on('agent.revoke', (command) =>
        recorded({ ...headOf(command), type: 'agent.revoked', agent_id, revocation_id }),
      );
    const frozen = await gateway.call('POST', '/v1/agents/writer/freeze', { body: { reason: 'runs away' } });
    expect(agentStepSchema.parse(frozen.json)).toMatchObject({ status: 'frozen', status_reason: 'runs away' });
    const unfrozen = await gateway.call('POST', '/v1/agents/writer/unfreeze');
    expect(agentStepSchema.parse(unfrozen.json)).toMatchObject({ status: 'active' });
    const revoked = await gateway.call('POST', `/v1/revocations/${revocation_id}`);
    expect(revoked.status).toBe(200);
    expect(agentStepSchema.parse(revoked.json)).toMatchObject({ status: 'revoked', revocation_id });
    expect(gateway.owner.last('agent.revoke')).toMatchObject({ revocation_id });
  });

  it('F4: gets a new token by its handle, which carries its id; the one before holds for the overlap', async () => {
    gateway.owner.on('agent.rotate_token', (command) =>
      recorded({
        ...headOf(command),
        type: 'agent.token_rotated',
        agent_id: command.agent,
        token_hash: command.token_hash,
        previous_until: TIME + command.overlap_ms,
      }),
    );
    const { json } = await gateway.call('POST', '/v1/agents/writer/rotate-token', { body: { overlap_seconds: 60 } });
    const answer = agentStepSchema.parse(json);
    expect(parseToken(answer.token!)).toMatchObject({ subject: view.agent_id });
    expect(answer.previous_token_until).toBe('2026-01-01T12:01:00.000Z');
    expect(gateway.owner.last('agent.rotate_token')).toMatchObject({ agent: view.agent_id, overlap_ms: 60_000 });
  });

  it('F7: that the org does not have is 404', async () => {
    const refusal = { code: 'agent_not_found', scope: { kind: 'agent', id: 'stranger' } } as const;
    gateway.owner.on('query.agent', { kind: 'refused', refusal });
    expect(await gateway.call('GET', '/v1/agents/stranger')).toMatchObject({
      status: 404,
      json: { code: 'agent_not_found' },
    });
  });
});
