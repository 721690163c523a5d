import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const USED_UP = ['session_budget_exceeded', 'lifetime_cap_exceeded', 'count_limit_exceeded', 'service_not_allowed'];

/** One agent with a session, and every way in which its money can be asked for. */
async function everyRoute(limits: object) {
  const { client, token } = await world.organizations.open();
  const agent = await client.agents.create({ handle: 'worker', ...limits });
  const session = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
  const { scoped_agent_id } = await client.agents.scope({ agent_id: 'worker', limit_usd: 100, label: 'goal=1' });
  const orchestrator = (await client.keys.issue({ role: 'orchestrator', name: 'o' })).token!;
  const [byKey, byAgent] = [await world.bus(token), await world.bus(agent.token!)];
  const payment = { service: 'search', amount: '0.10', capture: true, session_id: session.session_id };
  const post =
    (bearer: string, fields: object = {}, headers: Record<string, string> = {}) =>
    async (): Promise<string> => {
      const { status, json } = await world.call('POST', '/v1/payments', {
        token: bearer,
        body: { ...payment, ...fields },
        headers,
      });
      return status === 201 ? 'passed' : String(json['code']);
    };
  const publish = (bus: typeof byKey, fields: object) => async (): Promise<string> => {
    const answer = await bus.publish({ ...payment, ...fields });
    return answer.status === 'declined' ? answer.decline.code : 'passed';
  };
  const routes: Record<string, () => Promise<string>> = {
    'the admin key, with the id': post(token, { agent_id: agent.agent_id }),
    'the admin key, with the handle': post(token, { agent_id: '@worker' }),
    'the admin key, by the session': post(token),
    'a key that orchestrates': post(orchestrator, { agent_id: 'worker' }),
    'the agent’s token': post(agent.token!),
    'the agent’s token, with the session as a header': post(
      agent.token!,
      { session_id: undefined },
      { 'bursar-session': session.session_token! },
    ),
    'the session’s token': post(session.session_token!, { session_id: undefined }),
    'an agent scoped out of it': post(token, { agent_id: scoped_agent_id }),
    'with labels': post(token, { agent_id: 'worker', label: 'free', labels: { team: 'other' } }),
    'with a category': post(token, { agent_id: 'worker', category: 'other' }),
    'as a hold': post(token, { agent_id: 'worker', capture: false }),
    'the amount as a number': post(token, { agent_id: 'worker', amount: 0.1 }),
    'the bus, by an org key': publish(byKey, { agent_id: agent.agent_id }),
    'the bus, by the agent': publish(byAgent, {}),
  };
  return { client, routes, session };
}

describe('The same spending by every route', () => {
  it.each([
    ['a budget of the session', {}],
    ['a lifetime cap of the agent', { spending_cap: { amount: '1.00' } }],
    ['a count of payments to a service', { limits: [{ of: 'count', per: 'day', max: 10, service: 'search' }] }],
  ])(
    'A6 F6: %s counts all of them together, and refuses each when it is used up, an admin key’s too',
    async (_what, limits) => {
      const { client, routes, session } = await everyRoute(limits);
      const outcomes: string[] = [];
      for (const ask of Object.values(routes)) outcomes.push(await ask());
      expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'passed'));
      for (const [route, ask] of Object.entries(routes))
        expect([route, USED_UP.includes(await ask())]).toEqual([route, true]);
      const { spent, held } = await client.sessions.get(session.session_id);
      expect(spent + held).toBe(1);
    },
  );

  it('A6 F6: a list of the agent refuses each of them, an admin key’s too', async () => {
    const { client, routes, session } = await everyRoute({ lists: { deny: { services: ['search'] } } });
    for (const [route, ask] of Object.entries(routes))
      expect([route, await ask()]).toEqual([route, 'service_not_allowed']);
    expect(await client.sessions.get(session.session_id)).toMatchObject({ spent: 0, held: 0 });
  });
});
