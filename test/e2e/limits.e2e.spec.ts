import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangeAgentRequest, RegisterAgentRequest } from '#client';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function opened(limits: Partial<RegisterAgentRequest> = {}) {
  const organization = await world.organizations.open();
  const agent = await organization.client.agents.create({ handle: 'worker', ...limits });
  const bus = await world.bus(organization.token);
  const payment = { agent_id: agent.agent_id, service: 'search', capture: true };
  const { client } = organization;
  return {
    client,
    overHttp: (amount: string) => client.payments.authorize({ ...payment, amount }, { declines: 'return' }),
    overBus: (amount: string) => bus.publish({ ...payment, amount }),
  };
}

describe('Limits, over HTTP and bus', () => {
  it.each<[string, ChangeAgentRequest, string]>([
    ['a lifetime cap', { spending_cap: { amount: '0.10' } }, 'lifetime_cap_exceeded'],
    ['a limit per payment', { per_tx_limit: '0.10' }, 'per_payment_limit_exceeded'],
    ['a cap per day', { daily_cap: '0.10' }, 'window_limit_exceeded'],
    [
      'a cap per hour in a time zone',
      { limits: [{ of: 'amount', per: 'hour', max: '0.10', time_zone: 'Asia/Kolkata' }] },
      'window_limit_exceeded',
    ],
    [
      'a rolling cap',
      { limits: [{ of: 'amount', per: { rolling_seconds: 3600 }, max: '0.10' }] },
      'window_limit_exceeded',
    ],
    [
      'a number of payments',
      {
        limits: [
          { of: 'amount', per: 'day', max: '9' },
          { of: 'count', per: 'day', max: 0 },
        ],
      },
      'count_limit_exceeded',
    ],
    ['no money at all', { spending_cap: { amount: 0 } }, 'lifetime_cap_exceeded'],
  ])(
    'A10 A11 E6: %s that is set by PATCH is shown, and binds the very next request of both ways',
    async (_, change, code) => {
      const { client, overHttp, overBus } = await opened();
      const changed = await client.agents.patch('worker', change);
      const { limits } = await client.agents.get('worker');
      expect(changed.limits).toEqual(limits);
      expect(limits.length).toBeGreaterThan(0);
      expect(await overHttp('0.100001')).toMatchObject({ status: 'declined', decline: { code } });
      expect(await overBus('0.100001')).toMatchObject({ status: 'declined', decline: { code } });
    },
  );

  it('A11: exactly at the cap passes, one unit above does not, and lifting it lets it pass', async () => {
    const { client, overHttp, overBus } = await opened({ spending_cap: { amount: '0.10' } });
    expect(await overHttp('0.05')).toMatchObject({ status: 'captured' });
    expect(await overBus('0.050001')).toMatchObject({ decline: { spent: '0.05', remaining: '0.05', limit: '0.1' } });
    expect(await overBus('0.05')).toMatchObject({ status: 'captured' });
    expect(await overHttp('0.000001')).toMatchObject({ status: 'declined' });
    await client.agents.patch('worker', { spending_cap: null });
    expect(await overHttp('0.000001')).toMatchObject({ status: 'captured' });
  });

  it('E6: a cap that goes up and down under load binds the next request each time', async () => {
    const { client, overHttp, overBus } = await opened({ spending_cap: { amount: '0.000010' } });
    const state = { open: true };
    const load = Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        while (state.open) await (index % 2 === 0 ? overHttp('0.000001') : overBus('0.000001'));
      }),
    );
    for (const cap of ['0.000500', '0.000001', '0.000700', '0']) {
      await client.agents.patch('worker', { spending_cap: { amount: cap } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const [spend, refused] = [await client.agents.spend('worker'), await overHttp('0.001')];
      expect(spend.cap_usd).toBe(Number(cap));
      expect(refused).toMatchObject({ status: 'declined' });
    }
    state.open = false;
    await load;
    const spend = await client.agents.spend('worker');
    const events = [];
    for await (const { type, event } of client.events.each()) events.push({ type, event });
    let [cap, spent] = [10n, 0n];
    for (const { type, event } of events) {
      if (type === 'agent.changed') cap = BigInt((event['limits'] as { maximum: string }[])[0]!.maximum);
      if (type !== 'payment.transferred') continue;
      spent += BigInt(event['amount'] as string);
      expect(spent <= cap).toBe(true);
    }
    expect(spent).toBe(BigInt(Math.round(spend.spent_usd * 1e6)));
  });

  it('E5: a window that is added to a live agent counts what was spent in it before', async () => {
    const { client, overHttp } = await opened();
    await overHttp('0.30');
    await client.agents.patch('worker', { daily_cap: '0.40' });
    expect(await client.agents.spend('worker')).toMatchObject({ limits: [{ per: 'day', spent: 0.3, remaining: 0.1 }] });
    expect(await overHttp('0.11')).toMatchObject({ decline: { code: 'window_limit_exceeded', spent: '0.3' } });
  });

  it('A4: a parent agent caps what its descendants spend together', async () => {
    const { client } = await opened({ spending_cap: { amount: '0.10' } });
    for (const handle of ['left', 'right']) await client.agents.create({ handle, parent_agent_id: 'worker' });
    const pay = (agent_id: string, amount: string) =>
      client.payments.authorize({ agent_id, service: 'search', amount, capture: true }, { declines: 'return' });
    expect(await pay('left', '0.06')).toMatchObject({ status: 'captured' });
    expect(await pay('right', '0.05')).toMatchObject({
      decline: { scope: { kind: 'parent_agent' }, remaining: '0.04' },
    });
    expect(await pay('right', '0.04')).toMatchObject({ status: 'captured' });
  });

  it('A12: two currencies are never mixed', async () => {
    const { client } = await opened({ limits: [{ of: 'amount', per: 'day', max: '5', currency: 'USD' }] });
    const yen = { agent_id: 'worker', service: 'search', amount: '100', currency: 'JPY' };
    await expect(client.payments.authorize(yen)).rejects.toMatchObject({ status: 422, code: 'asset_mismatch' });
    await expect(client.payments.authorize({ ...yen, amount: '0.5' })).rejects.toMatchObject({ status: 422 });
  });
});
