import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeclinedError, type BursarBus } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import type { Organization } from '../support/organizations.js';

let world: EndToEnd;
let organization: Organization;
let bus: BursarBus;

beforeAll(async () => {
  world = await EndToEnd.begin();
  organization = await world.organizations.open();
  bus = await world.bus(organization.token);
}, 120_000);
afterAll(() => world?.end());

const search = (agent_id: string, amount: string) => ({ agent_id, service: 'search', amount, capture: true });

describe('Limits that operators change while an agent spends', () => {
  it('E6 A10: given many changes of different limits at the same time, when all are answered, then all of them hold', async () => {
    const { agents } = organization.client;
    for (let round = 1; round <= 10; round++) {
      const handle = `busy-${round}`;
      await agents.create({ handle, limits: [{ of: 'count', per: 'hour', max: 1000 }] });
      const changes = [
        { spending_cap: { amount: 90 + round } },
        { daily_cap: 50 + round },
        { per_tx_limit: 5 + round },
      ];
      await Promise.all(changes.map((change) => agents.patch(handle, change)));
      const after = await agents.get(handle);
      expect(after).toMatchObject({
        spending_cap: { amount: 90 + round },
        daily_cap: 50 + round,
        per_tx_limit: 5 + round,
      });
      expect(after.limits).toHaveLength(4);
      await Promise.all([
        agents.patch(handle, { spending_cap: null }),
        agents.patch(handle, { daily_cap: null }),
        agents.patch(handle, { per_tx_limit: 1 }),
      ]);
      expect((await agents.get(handle)).limits).toMatchObject([
        { of: 'count', per: 'hour', max: 1000 },
        { of: 'amount', per: 'payment', max: 1 },
      ]);
    }
  });

  it('E6: given a cap is raised or lowered, then it binds the next payment over HTTP and on the bus, and shows over_by', async () => {
    const { agents, payments } = organization.client;
    const { agent_id } = await agents.create({ handle: 'steered', daily_cap: '1.00' });
    await payments.authorize(search('steered', '1.00'));
    await agents.patch('steered', { daily_cap: '1.50' });
    await payments.authorize(search('steered', '0.25'));
    expect(await bus.publish(search(agent_id, '0.25'))).toMatchObject({ status: 'captured' });
    await expect(payments.authorize(search('steered', '0.000001'))).rejects.toBeInstanceOf(DeclinedError);

    const lowered = await agents.patch('steered', { daily_cap: '0.90' });
    expect(lowered.limits).toMatchObject([{ per: 'day', max: 0.9, spent: 1.5, remaining: 0, over_by: 0.6 }]);
    const refused = { code: 'window_limit_exceeded', limit: '0.9', spent: '1.5', remaining: '0' };
    await expect(payments.authorize(search('steered', '0.01'))).rejects.toMatchObject({ problem: refused });
    expect(await bus.publish(search(agent_id, '0.01'))).toMatchObject({ status: 'declined', decline: refused });

    await agents.patch('steered', { daily_cap: null });
    expect(await bus.publish(search(agent_id, '0.01'))).toMatchObject({ status: 'captured' });
    // What was spent without the cap counts once it is there again.
    const again = await agents.patch('steered', { daily_cap: '1.52' });
    expect(again.limits).toMatchObject([{ spent: 1.51, remaining: 0.01 }]);
    expect(await payments.authorize(search('steered', '0.01'))).toMatchObject({ status: 'captured' });
    expect(await bus.publish(search(agent_id, '0.01'))).toMatchObject({ status: 'declined' });
  });

  it('E6: given a cap is changed under fire, then once the change is answered no payment passes by the old value', async () => {
    const { agents } = organization.client;
    const { agent_id } = await agents.create({ handle: 'hasty', per_tx_limit: '1.00' });
    let lowered = false;
    const passedAfter: number[] = [];
    const spending = Array.from({ length: 8 }, async () => {
      for (let after = 0; after < 5;) {
        if (lowered) after += 1;
        const answer = await bus.publish(search(agent_id, '0.50'));
        if (after > 0 && answer.status !== 'declined') passedAfter.push(after);
      }
    });
    await agents.patch('hasty', { per_tx_limit: '0.10' });
    lowered = true;
    await Promise.all(spending);
    expect(passedAfter).toEqual([]);
    expect(await bus.publish(search(agent_id, '0.50'))).toMatchObject({ status: 'declined' });
  });
});
