import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { askAndPay } from '../examples/asking-for-money.js';
import { EndToEnd } from '../../../test/support/end-to-end.js';

const page = readFileSync('docs/direct.md', 'utf8');

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('docs/direct.md', () => {
  it('shows commands each of which does what is said beside it', async () => {
    const { client, token } = await world.organizations.open();
    const block = /```sh direct\n([^]*?)```/
      .exec(page)![1]!
      .replace('http://127.0.0.1:8402', world.instance.url)
      .replace('<the admin key>', token)
      // The list is of the read models, which follow a moment later.
      .replace("get '/v1/payment-requests?as=payer'", "sleep 2; get '/v1/payment-requests?as=payer'");
    const { stdout } = await promisify(execFile)('bash', ['-ec', block], { encoding: 'utf8' });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(answers).toEqual([
      expect.objectContaining({ status: 'captured', amount: '0.1', request_id: 'order 17' }),
      expect.objectContaining({ payment_requests: [expect.objectContaining({ status: 'open', amount: '0.4' })] }),
      expect.objectContaining({ status: 'open', memo: 'summary of three papers' }),
      expect.objectContaining({ status: 'captured', amount: '0.4', labels: { label: 'heat-pumps' } }),
      expect.objectContaining({ status: 409, code: 'payment_request_paid' }),
      expect.objectContaining({ status: 'paid' }),
      expect.objectContaining({ status: 'cancelled' }),
      expect.objectContaining({ status: 'declined' }),
    ]);
    const [paid, again, read] = [answers[3]!, answers[4]!, answers[5]!];
    expect(again['scope']).toEqual({ kind: 'payment', id: paid['payment_id'] });
    expect(read['payment_id']).toBe(paid['payment_id']);
    expect(await client.agents.spend('planner')).toMatchObject({ spent_usd: 0.5 });
  });

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
