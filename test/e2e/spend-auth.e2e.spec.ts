import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spendAuthAnswerSchema } from '#contracts';
import { tokenHash } from '#security';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const spends = { service: 'search', capture: true };

describe('POST /v1/spend-auth', () => {
  it('A1 A11 D10 given the shapes of the field, then at most the limit is spent, under its label, and a top-up lets the plan pass', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'researcher', spending_cap: { amount: '1.00' } });
    const made = await world.call('POST', '/v1/spend-auth', {
      token,
      body: { agent_id: 'researcher', limit_usd: 0.05, label: 'goal=report' },
    });
    expect(made.status).toBe(201);
    const { scoped_agent_id } = spendAuthAnswerSchema.parse(made.json);
    expect(made.json).toMatchObject({ limit_usd: 0.05, label: 'goal=report' });

    const pay = (amount: string, fields: object = {}) =>
      world.call('POST', '/v1/payments', {
        token,
        body: { ...spends, agent_id: scoped_agent_id, amount, ...fields },
      });
    expect((await pay('0.04', { label: 'mine' })).json).toMatchObject({
      status: 'captured',
      labels: { label: 'goal=report' },
      payer: { agent_id: scoped_agent_id },
    });
    expect(await pay('0.010001')).toMatchObject({
      status: 402,
      json: { code: 'lifetime_cap_exceeded', scope: { kind: 'agent', id: scoped_agent_id }, remaining: '0.01' },
    });
    expect((await pay('0.01')).status).toBe(201);
    expect((await pay('0.02')).status).toBe(402);
    const topup = await world.call('POST', '/v1/topups', {
      token,
      body: { agent_id: scoped_agent_id, amount: '0.02', currency: 'USD' },
    });
    expect(topup.status).toBe(201);
    expect((await pay('0.02')).status).toBe(201);

    expect(await client.agents.spend(scoped_agent_id)).toMatchObject({ spent_usd_exact: '0.07', remaining_usd: 0 });
    expect(await client.agents.spend('researcher')).toMatchObject({ spent_usd_exact: '0.07', remaining_usd: 0.93 });
  });

  it('A1 given many at once, then together they spend what the limit is, to the unit', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'researcher' });
    const { scoped_agent_id } = await client.agents.scope({ agent_id: 'researcher', limit_usd: '0.10', label: 'many' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        client.payments.authorize({ ...spends, agent_id: scoped_agent_id, amount: '0.010001' }, { declines: 'return' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'captured')).toHaveLength(9);
    expect(await client.agents.spend(scoped_agent_id)).toMatchObject({ spent_usd_exact: '0.090009', held_usd: 0 });
  });

  it('F3 D10 given an agent’s own token, then it scopes itself and nobody else, and its revocation stops them all', async () => {
    const { client } = await world.organizations.open();
    const researcher = await client.agents.create({ handle: 'researcher' });
    await client.agents.create({ handle: 'other' });
    const own = world.client(researcher.token!);
    const { scoped_agent_id: agent_id } = await own.agents.scope({ limit_usd: '1', label: 'mine' });
    expect(await own.payments.authorize({ ...spends, agent_id, amount: '0.5' })).toMatchObject({ status: 'captured' });
    await expect(own.agents.scope({ agent_id: 'other', limit_usd: '1' })).rejects.toMatchObject({
      code: 'agent_not_own',
    });
    await client.agents.revoke(researcher.revocation_id!);
    await expect(own.agents.scope({ limit_usd: '1' })).rejects.toMatchObject({ code: 'credential_invalid' });
    expect(
      await client.payments.authorize({ ...spends, agent_id, amount: '0.1' }, { declines: 'return' }),
    ).toMatchObject({ decline: { code: 'agent_revoked', scope: { kind: 'parent_agent' } } });
  });

  it('F7 C2 given another org’s agent or the same key with another body, then nothing is made', async () => {
    const { client } = await world.organizations.open();
    const stranger = await world.organizations.open();
    const researcher = await client.agents.create({ handle: 'researcher' });
    const { scoped_agent_id } = await client.agents.scope({ agent_id: 'researcher', limit_usd: '1', label: 'goal' });
    for (const agent_id of [researcher.agent_id, scoped_agent_id]) {
      await expect(stranger.client.agents.scope({ agent_id, limit_usd: '1' })).rejects.toMatchObject({
        code: 'agent_not_found',
      });
      await expect(stranger.client.agents.get(agent_id)).rejects.toMatchObject({ code: 'agent_not_found' });
    }
    const request = { agent_id: 'researcher', limit_usd: '2', label: 'goal' };
    const first = await client.agents.scope(request, { idempotency_key: 'once' });
    expect(await client.agents.scope(request, { idempotency_key: 'once' })).toEqual(first);
    await expect(
      client.agents.scope({ ...request, limit_usd: '3' }, { idempotency_key: 'once' }),
    ).rejects.toMatchObject({
      code: 'idempotency_key_conflict',
    });
    const page = await client.agents.list({ parent: 'researcher' });
    expect(page.agents.map((agent) => agent.agent_id)).toEqual([scoped_agent_id, first.scoped_agent_id].toSorted());
  });
});

describe('GET /v1/agents', () => {
  it('H1 H2 F4 given more agents than a page, then a walk during writes finds each once, and no secret is in it', async () => {
    const { client, token } = await world.organizations.open();
    const tokens: string[] = [];
    const made: string[] = [];
    for (let number = 0; number < 9; number += 1) {
      const agent = await client.agents.create({ handle: `agent-${number}` });
      tokens.push(agent.token!);
      made.push(agent.agent_id);
    }
    await client.agents.freeze('agent-3');
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.agents.list({ limit: 2, cursor });
      expect(page.agents.length).toBeLessThanOrEqual(2);
      walked.push(...page.agents.map((agent) => agent.agent_id));
      cursor = page.next_cursor ?? undefined;
      if (walked.length === 4) await client.agents.create({ handle: 'late' });
    } while (cursor !== undefined);
    expect(walked.slice(0, 9)).toEqual(made.toSorted());
    expect(new Set(walked).size).toBe(walked.length);
    expect((await client.agents.list({ status: 'frozen' })).agents).toMatchObject([{ handle: 'agent-3' }]);
    const { text } = await world.call('GET', '/v1/agents', { token });
    for (const secret of tokens) {
      expect(text).not.toContain(secret.split('.').at(-1));
      expect(text).not.toContain(tokenHash(secret));
    }
  });

  it('F7 D10 given an agent’s token, then it lists itself and those below it; another org’s cursor shows nothing of it', async () => {
    const { client } = await world.organizations.open();
    const stranger = await world.organizations.open();
    const manager = await client.agents.create({ handle: 'manager' });
    const worker = await client.agents.create({ handle: 'worker', parent_agent_id: 'manager' });
    const other = await client.agents.create({ handle: 'other' });
    const seen = await world.client(manager.token!).agents.list();
    expect(seen.agents.map((agent) => agent.agent_id)).toEqual([manager.agent_id, worker.agent_id].toSorted());
    await expect(world.client(worker.token!).agents.list({ parent: 'manager' })).rejects.toMatchObject({
      code: 'agent_not_found',
    });
    expect((await stranger.client.agents.list({ cursor: manager.agent_id })).agents).toEqual([]);
    await expect(stranger.client.agents.list({ parent: other.agent_id })).rejects.toMatchObject({
      code: 'agent_not_found',
    });
  });
});
