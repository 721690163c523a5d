import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('The first payment, by nothing but fetch and the admin key that the start printed', () => {
  it('A10 D6: an agent is registered, pays a service, and its spend is read at once', async () => {
    const { url, adminKey } = world.instance;
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const agent = await post('/v1/agents', { handle: 'researcher', spending_cap: { amount: '5.00', currency: 'USD' } });
    expect(agent).toMatchObject({ status: 201, body: { handle: 'researcher', token: expect.any(String) } });

    const payment = await post('/v1/payments', {
      agent_id: 'researcher',
      service: 'search',
      amount: 0.05,
      capture: true,
    });
    expect(payment).toMatchObject({
      status: 201,
      body: { status: 'captured', amount_captured: '0.05', currency: 'USD', payer: { handle: 'researcher' } },
    });

    const spend = await fetch(`${url}/v1/agents/researcher/spend`, { headers });
    expect(await spend.json()).toMatchObject({ spent_usd: 0.05, cap_usd: 5, remaining_usd: 4.95 });
  });

  it('is also made with the agent token alone, and a hold is settled with what it really cost', async () => {
    const { client } = await world.organizations.open();
    const agent = await client.agents.create({ handle: 'writer' });
    const own = world.client(agent.token!);
    const hold = await own.payments.authorize({ service: 'image', amount: '0.10' });
    expect(hold).toMatchObject({ status: 'authorized', amount_held: '0.1' });
    expect(await own.payments.capture(hold.payment_id, { amount: '0.04' })).toMatchObject({
      status: 'captured',
      amount_captured: '0.04',
      amount_held: '0',
    });
    expect(await own.agents.spend('writer')).toMatchObject({ spent_usd: 0.04, held_usd: 0 });
  });
});
