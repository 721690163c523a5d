import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeclinedError } from '#client';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const declined = async (payment: Promise<unknown>): Promise<unknown> => {
  try {
    return await payment;
  } catch (error) {
    if (error instanceof DeclinedError) return error.problem;
    throw error;
  }
};

describe('Lists, and limits on sessions, orgs and pairs, over HTTP and the bus', () => {
  it('A10 E6 given lists and limits that the API accepted, then they are shown as given and bind the very next payment', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'writer' });
    const lists = {
      allow: { services: ['search'], categories: ['research'] },
      hours: { time_zone: 'UTC', open: [{ days: ['mon', 'sun'] as const, from: '00:00', to: '24:00' }] },
    };
    const made = await client.agents.create({
      handle: 'planner',
      lists: { ...lists, hours: undefined },
      limits: [{ of: 'amount', per: 'day', max: '0.05', service: 'search' }],
    } as never);
    expect(made.lists).toEqual({ allow: lists.allow });
    const pay = (fields: object) =>
      client.payments.authorize({
        agent_id: 'planner',
        service: 'search',
        amount: '0.03',
        capture: true,
        category: 'research',
        ...fields,
      });
    expect(await declined(pay({ category: 'fun' }))).toMatchObject({ status: 403, code: 'category_not_allowed' });
    expect(await declined(pay({ service: 'mail' }))).toMatchObject({
      status: 403,
      code: 'service_not_allowed',
      rule: 'allow:services',
    });
    await pay({});
    expect(await declined(pay({}))).toMatchObject({
      status: 402,
      code: 'window_limit_exceeded',
      spent: '0.03',
      remaining: '0.02',
    });
    expect((await client.agents.get('planner')).limits).toMatchObject([
      { service: 'search', spent: 0.03, remaining: 0.02 },
    ]);

    // On the bus the same rules bind the same agent (A6).
    const bus = await world.bus(token);
    expect(await bus.publish({ agent_id: 'planner', service: 'mail', amount: '0.01', capture: true })).toMatchObject({
      status: 'declined',
      decline: { code: 'service_not_allowed' },
    });
    await client.agents.patch('planner', { lists: null, limits: [] });
    await pay({ service: 'mail' });
    const shown = await client.agents.patch('planner', { lists });
    expect(shown.lists).toEqual({
      allow: lists.allow,
      hours: {
        time_zone: 'UTC',
        open: [
          { days: ['mon'], from: '00:00', to: '24:00' },
          { days: ['sun'], from: '00:00', to: '24:00' },
        ],
      },
    });
  });

  it('A4 given a session with limits and lists, then what is paid in its children obeys them', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'planner' });
    const root = await client.sessions.open({
      budget: 5,
      limits: [{ of: 'count', per: 'lifetime', max: 2 }],
      lists: { deny: { services: ['mail'] } },
    });
    const child = await client.sessions.open({ budget: 1, parent_session_id: root.session_id, mode: 'reserved' });
    const pay = (service: string) =>
      client.payments.authorize({
        agent_id: 'planner',
        service,
        amount: '0.01',
        capture: true,
        session_id: child.session_id,
      });
    expect(await declined(pay('mail'))).toMatchObject({
      code: 'service_not_allowed',
      scope: { kind: 'session', id: root.session_id },
    });
    await pay('search');
    await pay('search');
    expect(await declined(pay('search'))).toMatchObject({
      code: 'count_limit_exceeded',
      scope: { id: root.session_id },
    });
    const raised = await client.sessions.patch(root.session_id, { limits: [{ of: 'count', per: 'lifetime', max: 3 }] });
    expect(raised.limits).toMatchObject([{ of: 'count', spent: 2, remaining: 1 }]);
    await pay('search');
    expect(await declined(pay('search'))).toMatchObject({ code: 'count_limit_exceeded' });
  });

  it('E5 F7 given a limit on the org, then it starts from what was spent, binds all its agents and no other org', async () => {
    const [one, other] = [await world.organizations.open(), await world.organizations.open()];
    const pay = (client: typeof one.client, agent: string) =>
      client.payments.authorize({ agent_id: agent, service: 'search', amount: '0.04', capture: true });
    for (const handle of ['a', 'b', 'c']) await one.client.agents.create({ handle });
    await other.client.agents.create({ handle: 'c' });
    await pay(one.client, 'a');
    const changed = await one.client.organization.patch({ limits: [{ of: 'amount', per: 'month', max: '0.10' }] });
    expect(changed.limits).toMatchObject([{ spent: 0.04, remaining: 0.06 }]);
    await pay(one.client, 'b');
    expect(await declined(pay(one.client, 'c'))).toMatchObject({
      code: 'window_limit_exceeded',
      scope: { kind: 'organization' },
    });
    await pay(other.client, 'c');
    expect((await other.client.organization.get()).limits).toEqual([]);
    const { token } = await one.client.agents.create({ handle: 'agent' });
    expect(await declined(world.client(token!).organization.get())).toMatchObject({ status: 403 });
  });
});
