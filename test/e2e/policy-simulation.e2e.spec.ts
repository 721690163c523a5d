import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('A draft policy run against recorded payments, over HTTP', () => {
  it('A10 F7 tells what it would have refused and let pass, changes nothing, and sees no other org', async () => {
    const [one, other] = [await world.organizations.open(), await world.organizations.open()];
    for (const { client } of [one, other]) {
      await client.agents.create({ handle: 'writer' });
      await client.agents.create({ handle: 'planner', limits: [{ of: 'amount', per: 'payment', max: '0.05' }] });
      for (const amount of ['0.01', '0.02', '0.04'])
        await client.payments.authorize({ agent_id: 'planner', payee: 'writer', amount, capture: true });
      await client.payments.authorize(
        { agent_id: 'planner', payee: 'writer', amount: '0.06', capture: true },
        { declines: 'return' },
      );
    }
    const from = new Date(Date.now() - 60_000).toISOString();
    const draft = { limits: [{ of: 'amount', per: 'day', max: '0.06', payee: 'writer' }] as const, from };
    const simulated = await one.client.policies.simulate({ agent_id: 'planner', ...draft });
    const writer = (await one.client.agents.get('writer')).agent_id;
    expect(simulated).toMatchObject({
      judged: 3,
      would_refuse: 1,
      would_pass: 0,
      rules: [{ rule: `amount:day:USD:payee=${writer}`, code: 'window_limit_exceeded', payments: 1, amount: '0.04' }],
      refused: [{ amount: '0.04', decline: { spent: '0.03', remaining: '0.03' } }],
      complete: true,
    });
    const wider = { agent_id: 'planner', limits: [{ of: 'amount', per: 'payment', max: '0.06' }] as const, from };
    expect(await one.client.policies.simulate(wider)).toMatchObject({ judged: 4, would_refuse: 0, would_pass: 1 });
    const ofAll = await one.client.policies.simulate({ lists: { deny: { payees: ['writer'] } }, from });
    expect(ofAll).toMatchObject({ judged: 3, would_refuse: 3, rules: [{ rule: 'deny:payees', amount: '0.07' }] });
    expect((await one.client.agents.get('planner')).limits).toHaveLength(1);
    const later = await one.client.policies.simulate({ ...draft, from: new Date(Date.now() + 1_000).toISOString() });
    expect(later).toMatchObject({ judged: 0, complete: true });
  });

  it('A1 F7 given children, scoped agents and sessions below, then a draft of the one above counts what all of them spend', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'planner' });
    await client.agents.create({ handle: 'helper', parent_agent_id: 'planner' });
    await client.agents.create({ handle: 'stranger' });
    const { scoped_agent_id } = await client.agents.scope({ agent_id: 'helper', limit_usd: '1', label: 'goal' });
    const root = await client.sessions.open({ budget: '10' });
    const leaf = await client.sessions.open({ budget: '5', parent_session_id: root.session_id });
    for (const [agent_id, session_id] of [
      ['planner', root.session_id],
      ['helper', leaf.session_id],
      [scoped_agent_id, undefined],
      ['stranger', leaf.session_id],
    ] as const)
      await client.payments.authorize({
        agent_id,
        service: 'search',
        amount: '0.02',
        capture: true,
        ...(session_id ? { session_id } : {}),
      });
    const from = new Date(Date.now() - 60_000).toISOString();
    const draft = { limits: [{ of: 'amount', per: 'day', max: '0.05' }] as const, from };
    const { agent_id } = await client.agents.get('planner');
    expect(await client.policies.simulate({ agent_id: 'planner', ...draft })).toMatchObject({
      judged: 3,
      would_refuse: 1,
      refused: [
        { agent_id: scoped_agent_id, decline: { scope: { kind: 'parent_agent', id: agent_id }, spent: '0.04' } },
      ],
    });
    expect(await client.policies.simulate({ session_id: root.session_id, ...draft })).toMatchObject({
      judged: 3,
      would_refuse: 1,
      refused: [{ decline: { scope: { kind: 'session', id: root.session_id }, spent: '0.04' } }],
    });
    expect(await client.policies.simulate({ session_id: leaf.session_id, ...draft })).toMatchObject({ judged: 2 });
    for (const [fields, status] of [
      [{ agent_id: 'planner', session_id: root.session_id }, 422],
      [{ session_id: 'ses_0' }, 404],
    ] as const) {
      const answer = await world.call('POST', '/v1/policies/simulate', { token, body: { ...fields, ...draft } });
      expect([fields, answer.status]).toEqual([fields, status]);
    }
  });
});
