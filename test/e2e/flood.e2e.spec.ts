import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarClient } from '#client';
import { buildWhereStale } from '../support/build.js';
import { EndToEnd } from '../support/end-to-end.js';
import { startInstance, type Instance } from '../support/instance.js';
import type { PlainAnswer } from '../support/plain-http.js';

/** A small bucket for each agent that fills slowly, so that no machine is too slow to empty it: here 31 requests a second do. */
const BURST = 100;
const settings = { BURSAR_AGENT_BURST: String(BURST), BURSAR_AGENT_RATE_PER_SECOND: '25' };
const FLOOD = BURST * 5;

let instance: Instance;
let world: EndToEnd;
beforeAll(async () => {
  buildWhereStale();
  instance = await startInstance({ settings });
  world = await EndToEnd.begin(instance);
}, 120_000);
afterAll(async () => {
  await world?.end();
  await instance?.stop();
  instance?.remove();
});

describe('An agent that floods', () => {
  it('H4: on the bus is slowed down, loses nothing, and does not delay the others', async () => {
    const { client, token } = await world.organizations.open();
    const [runaway, other] = [
      await client.agents.create({ handle: 'runaway' }),
      await client.agents.create({ handle: 'other' }),
    ];
    const [loud, quiet] = [await world.bus(token), await world.bus(other.token!)];
    const payment = { service: 'search', amount: '0.000001', capture: true };
    const flood = loud.publishMany(
      Array.from({ length: FLOOD }, () => ({ ...payment, agent_id: runaway.agent_id })),
      { concurrency: FLOOD },
    );
    const waited: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const begin = performance.now();
      expect(await quiet.publish(payment)).toMatchObject({ status: 'captured' });
      waited.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(loud.waiting).toBeGreaterThan(0);
    expect(Math.max(...waited)).toBeLessThan(1_500);
    const answers = await flood;
    expect(answers.filter((one) => one.status === 'fulfilled' && one.value.status === 'captured')).toHaveLength(FLOOD);
    expect(await client.agents.spend('runaway')).toMatchObject({ spent_usd_exact: '0.0005' });
  }, 60_000);

  it('C1 H4: over HTTP gets 429 with Retry-After, which is recorded nowhere and binds no key', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'runaway' });
    await client.agents.create({ handle: 'other' });
    const pay = (index: number, agent_id = 'runaway'): Promise<PlainAnswer> =>
      world.call('POST', '/v1/payments', {
        token,
        headers: { 'idempotency-key': `flood-${index}` },
        body: { agent_id, service: 'search', amount: '0.000001', capture: true },
      });
    const answers: { index: number; answer: PlainAnswer }[] = [];
    const work = async (from: number): Promise<void> => {
      for (let index = from; index < FLOOD; index += 100) answers.push({ index, answer: await pay(index) });
    };
    await Promise.all(Array.from({ length: 100 }, (_, from) => work(from)));
    const refused = answers.filter(({ answer }) => answer.status === 429);
    const passed = answers.filter(({ answer }) => answer.status === 201);
    expect(refused.length).toBeGreaterThan(0);
    expect(passed.length + refused.length).toBe(FLOOD);
    for (const { answer } of refused) {
      expect(answer.json).toMatchObject({ code: 'rate_limited', status: 429, retryable: true });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await client.agents.spend('runaway')).toMatchObject({ spent_usd: passed.length / 1e6 });
    expect(await recorded(client)).toBe(passed.length);
    expect(await pay(0, 'other')).toMatchObject({ status: 201 });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await pay(refused[0]!.index)).toMatchObject({ status: 201 });
  }, 60_000);
});

async function recorded(client: BursarClient): Promise<number> {
  let payments = 0;
  for await (const { type } of client.events.each()) if (type.startsWith('payment.')) payments += 1;
  return payments;
}
