import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('The wallets of an organization', () => {
  it('H1 H2 D2: more than a thousand are all found, each once, and their sum is what the treasury had', async () => {
    const { client, token } = await world.organizations.open({ initial_amount: 10_000_000n });
    const { agent_id } = await client.agents.create({ handle: 'buyer' });
    const bus = await world.bus(token);
    const services = Array.from({ length: 1_100 }, (_, index) => `service-${index}`);
    await bus.publishMany(services.map((service) => ({ agent_id, service, amount: '0.001', capture: true })));
    const found = [];
    for await (const wallet of client.wallets.each({ limit: 150 })) found.push(wallet);
    const ids = found.map(({ wallet_id }) => wallet_id);
    expect(ids).toEqual([...new Set(ids)].toSorted((left, right) => (left < right ? -1 : 1)));
    expect(found.filter(({ owner }) => owner.kind === 'service')).toHaveLength(1_100);
    const units = (decimal: string) => Math.round(Number(decimal) * 1e6);
    expect(found.reduce((sum, { available, held }) => sum + units(available) + units(held), 0)).toBe(0);
  });
});
