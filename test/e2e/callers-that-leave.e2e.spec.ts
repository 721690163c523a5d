import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** Sends a request and cuts the connection after so long, whatever became of it. */
function leave(token: string, path: string, body: object, after_ms: number): Promise<void> {
  const text = JSON.stringify(body);
  const { hostname, port } = new URL(world.instance.url);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return new Promise((resolve) => {
    const call = request({ hostname, port, method: 'POST', path, headers, agent: false }, (answer) => answer.resume());
    call.on('close', resolve);
    call.on('error', () => undefined);
    call.end(text);
    setTimeout(() => call.destroy(), after_ms);
  });
}

describe('Callers that cut the connection while they are served', () => {
  it('B3 C1: each payment is captured once or not at all, no hold is left, and the key tells which', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'worker' });
    const payment = { agent_id: 'worker', service: 'search', amount: '0.01', capture: true };
    const keys = Array.from({ length: 60 }, (_, index) => `left-${index}`);
    await Promise.all(
      keys.map((idempotency_key, index) => leave(token, '/v1/payments', { ...payment, idempotency_key }, index % 30)),
    );
    const answers = await Promise.all(
      keys.map((idempotency_key) => client.payments.authorize(payment, { idempotency_key })),
    );
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 'captured'));
    expect(new Set(answers.map(({ payment_id }) => payment_id)).size).toBe(60);
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd_exact: '0.6', held_usd: 0 });
  });

  it('B3 B1: a hold whose capture was cut off is captured once or ends by itself, never both and never neither', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'worker' });
    const hold = { agent_id: 'worker', service: 'search', amount: '0.01', expires_in: 4 };
    const holds = await Promise.all(Array.from({ length: 30 }, () => client.payments.authorize(hold)));
    await Promise.all(
      holds.map(({ payment_id }, index) =>
        leave(token, `/v1/payments/${payment_id}/capture`, { idempotency_key: `c-${payment_id}` }, index % 15),
      ),
    );
    await sleep(5_000);
    const states = await Promise.all(holds.map(({ payment_id }) => client.payments.get(payment_id)));
    const captured = states.filter(({ status }) => status === 'captured');
    expect(captured.length + states.filter(({ status }) => status === 'expired').length).toBe(30);
    for (const { history } of states) expect(history).toHaveLength(2);
    expect(await client.agents.spend('worker')).toMatchObject({
      spent_usd_exact: String(captured.length / 100),
      held_usd: 0,
    });
  }, 30_000);
});
