import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { askAndPay } from '../examples/asking-for-money.js';
import { EndToEnd } from '../../../test/support/end-to-end.js';

const page = readFileSync('docs/direct.md', 'utf8');

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('docs/direct.md', () => {
  it('shows the example that is compiled and run', async () => {
    expect(page).toContain(`\`\`\`ts\n${readFileSync('libs/client/examples/asking-for-money.ts', 'utf8')}\`\`\``);
    const { client } = await world.organizations.open();
    const planner = await client.agents.create({ handle: 'planner' });
    const writer = await client.agents.create({ handle: 'writer' });
    const { url, natsUrl } = world.instance;
    expect(await askAndPay({ url, natsUrl, planner: planner.token!, writer: writer.token! })).toBe('captured');
    // The answer names no request, and the list follows a moment later.
    let paid: string[] = [];
    for (let turn = 0; turn < 100 && paid.length === 0; turn++) {
      const { payment_requests } = await client.paymentRequests.list({ status: 'paid' });
      paid = payment_requests.map(({ amount }) => amount);
      if (paid.length === 0) await delay(50);
    }
    expect(paid).toEqual(['0.4']);
  });
});
