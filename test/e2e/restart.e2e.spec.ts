import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildWhereStale } from '../support/build.js';
import { EndToEnd } from '../support/end-to-end.js';
import { startInstance, type Instance } from '../support/instance.js';
import type { PlainCall } from '../support/plain-http.js';

let instance: Instance;
beforeAll(async () => {
  buildWhereStale();
  instance = await startInstance();
}, 120_000);
afterAll(async () => {
  await instance?.stop();
  instance?.remove();
});

/** Requests of every kind whose answers must be the same bytes for ever. */
const keyed: [string, PlainCall][] = [
  [
    '/v1/agents',
    {
      body: {
        handle: 'kept',
        spending_cap: { amount: '1.00' },
        daily_cap: '0.90',
        limits: [
          { of: 'amount', per: { rolling_seconds: 86_400 }, max: '0.80' },
          { of: 'count', per: 'year', max: 9, time_zone: 'Asia/Tokyo' },
          { of: 'held', per: 'lifetime', max: '0.70' },
          { of: 'amount', per: 'month', max: '0.60', service: 'search' },
        ],
      },
    },
  ],
  ['/v1/sessions', { body: { budget: '0.5', agent_id: 'kept', limits: [{ of: 'count', per: 'lifetime', max: 3 }] } }],
  ['/v1/payments', { body: { agent_id: 'kept', service: 'search', amount: 0.05, capture: true } }],
  ['/v1/payments', { body: { agent_id: 'kept', service: 'search', amount: '0.10', label: 'held' } }],
  ['/v1/payments', { body: { agent_id: 'kept', service: 'search', amount: '2.00' } }],
  ['/v1/topups', { body: { agent_id: 'kept', amount: '0.01' } }],
  ['/v1/agents/kept/freeze', { body: { reason: 'night' } }],
];

describe('A Bursar that is stopped and started again', () => {
  it('C1 A8: answers every repeated key with the same bytes, and has every balance, hold and status', async () => {
    const before = await EndToEnd.begin(instance);
    const ask = (world: EndToEnd) =>
      Promise.all(
        keyed.map(async ([path, call], index) => {
          const headers = { 'idempotency-key': `key-${index}` };
          return world.call('POST', path, { ...call, headers, token: world.instance.adminKey });
        }),
      );
    const client = before.client(instance.adminKey);
    for (const [index, [path, call]] of keyed.entries()) {
      const { json } = await before.call('POST', path, {
        ...call,
        headers: { 'idempotency-key': `key-${index}` },
        token: instance.adminKey,
      });
      if (path !== '/v1/sessions') continue;
      await client.payments.pay({ service: 'search', amount: '0.02', session_id: String(json['session_id']) });
    }
    const answers = await ask(before);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 402, 201, 200]);
    const session_id = String(answers[1]!.json['session_id']);
    const figures = async (world: EndToEnd) =>
      JSON.stringify([
        await world.client(instance.adminKey).agents.get('kept'),
        await world.client(instance.adminKey).wallets.list(),
        await world.client(instance.adminKey).sessions.get(session_id),
        await world.client(instance.adminKey).organization.get(),
      ]);
    const [state, head] = [await figures(before), (await client.events.page()).position];
    await before.end();

    const { dataDirectory } = instance;
    await instance.stop();
    instance = await startInstance({ dataDirectory });
    const after = await EndToEnd.begin(instance);
    expect((await ask(after)).map(({ status, text }) => [status, text])).toEqual(
      answers.map(({ status, text }) => [status, text]),
    );
    expect(await figures(after)).toBe(state);
    expect((await after.client(instance.adminKey).events.page()).position).toBe(head);
    const { status } = await after.client(instance.adminKey).integrity();
    expect(['whole', 'verifying']).toContain(status);
    await after.end();
  }, 120_000);
});
