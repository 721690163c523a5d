import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function openedWithAgent() {
  const organization = await world.organizations.open();
  const agent = await organization.client.agents.create({ handle: 'worker', spending_cap: { amount: '1.00' } });
  return { ...organization, agent_id: agent.agent_id, agent_token: agent.token! };
}

describe('Idempotency keys, from end to end', () => {
  it('C1: one namespace over REST and bus: the same key gives the same answer, whichever came first', async () => {
    const { token, agent_id, agent_token, client } = await openedWithAgent();
    const [byKey, byAgent] = [await world.bus(token), await world.bus(agent_token)];
    const first = { agent_id, service: 'search', amount: '0.05', capture: true, idempotency_key: 'over-rest-first' };
    const rest = await client.payments.authorize(first);
    expect(await byKey.publish(first)).toEqual({ ...rest, idempotency_key: 'over-rest-first' });
    expect(await byAgent.publish(first)).toEqual({ ...rest, idempotency_key: 'over-rest-first' });

    const second = { ...first, idempotency_key: 'over-bus-first', amount: '0.07' };
    const { idempotency_key, ...bus } = await byAgent.publish(second);
    expect(idempotency_key).toBe('over-bus-first');
    expect(await client.payments.authorize(second)).toEqual(bus);
    expect(await world.client(agent_token).payments.authorize(second)).toEqual(bus);
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd_exact: '0.12' });
  });

  it('C1: fifty at the same time over both ways have one effect and one answer', async () => {
    const { token, agent_id, client } = await openedWithAgent();
    const bus = await world.bus(token);
    const payment = { agent_id, service: 'search', amount: '0.5', capture: true, idempotency_key: 'all-at-once' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        if (index % 2 === 0) return client.payments.authorize(payment);
        const { idempotency_key: _key, ...answer } = await bus.publish(payment);
        return answer;
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer, Object.keys(answer).toSorted()))).size).toBe(1);
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd: 0.5 });
  });

  it('C1 D7: a refusal by rule keeps its answer, byte for byte, even after the cap was raised', async () => {
    const { token } = await openedWithAgent();
    const body = { agent_id: 'worker', service: 'search', amount: '1.01', idempotency_key: 'too-much' };
    const first = await world.call('POST', '/v1/payments', { token, body });
    expect(first).toMatchObject({
      status: 402,
      json: { code: 'lifetime_cap_exceeded', requested: '1.01', limit: '1' },
    });
    await world.client(token).agents.patch('worker', { spending_cap: { amount: '5.00' } });
    const again = await world.call('POST', '/v1/payments', { token, body });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    const other = await world.call('POST', '/v1/payments', { token, body: { ...body, idempotency_key: 'another' } });
    expect(other.status).toBe(201);
  });

  it('C2: the same key with another body is 409 over both ways, and changes nothing', async () => {
    const { token, agent_id, client } = await openedWithAgent();
    const bus = await world.bus(token);
    const payment = { agent_id, service: 'search', amount: '0.05', capture: true, idempotency_key: 'one-request' };
    const answer = await client.payments.authorize(payment);
    for (const other of [
      { ...payment, amount: '0.06' },
      { ...payment, service: 'scrape' },
      { ...payment, capture: false },
      { ...payment, label: 'x' },
    ]) {
      await expect(client.payments.authorize(other)).rejects.toMatchObject({
        code: 'idempotency_key_conflict',
        status: 409,
      });
      expect(await bus.publish(other)).toMatchObject({
        status: 'declined',
        decline: { code: 'idempotency_key_conflict', status: 409 },
      });
    }
    expect(await client.payments.authorize(payment)).toEqual(answer);
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd: 0.05, held_usd: 0 });
  });

  it('C1: captures, voids and refunds repeated with their keys move money once', async () => {
    const { token, client } = await openedWithAgent();
    const hold = await client.payments.authorize({ agent_id: 'worker', service: 'search', amount: '0.50' });
    const step = (name: string, body: object, key: string) =>
      world.call('POST', `/v1/payments/${hold.payment_id}/${name}`, {
        token,
        body,
        headers: { 'idempotency-key': key },
      });
    const captured = [await step('capture', { amount: '0.3' }, 'c'), await step('capture', { amount: '0.3' }, 'c')];
    expect(captured[0]).toMatchObject({ status: 200, json: { amount_moved: '0.3' } });
    expect(captured[1]!.text).toBe(captured[0]!.text);
    const refunded = [await step('refund', { amount: '0.1' }, 'r'), await step('refund', { amount: '0.1' }, 'r')];
    expect(refunded[0]).toMatchObject({ status: 201, json: { amount_refunded: '0.1' } });
    expect(refunded[1]!.text).toBe(refunded[0]!.text);
    expect(await step('refund', { amount: '0.2' }, 'r')).toMatchObject({ status: 409 });
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd_exact: '0.2', held_usd: 0 });
  });

  it('C1: what became of a key is read by the key, and a key that was refused as malformed is still free', async () => {
    const { token, client } = await openedWithAgent();
    const headers = { 'idempotency-key': 'not-yet' };
    const malformed = { agent_id: 'worker', service: 'search', amount: '-1' };
    expect(await world.call('POST', '/v1/payments', { token, headers, body: malformed })).toMatchObject({
      status: 422,
    });
    await expect(client.payments.byKey('not-yet', 'worker')).rejects.toMatchObject({ code: 'payment_not_found' });
    const right = { ...malformed, amount: '1' };
    const answer = await world.call('POST', '/v1/payments', { token, headers, body: right });
    expect(answer.status).toBe(201);
    expect(await client.payments.byKey('not-yet', 'worker')).toMatchObject({ payment_id: answer.json['payment_id'] });
  });

  it('C6: a top-up by the same external reference is credited once', async () => {
    const { client, agent_id } = await openedWithAgent();
    const raise = { agent_id, amount: '2.00', reference: 'invoice 17' };
    const [one, other] = await Promise.all([client.topups.create(raise), client.topups.create(raise)]);
    expect(other).toEqual(one);
    expect(await client.agents.spend('worker')).toMatchObject({ cap_usd: 3 });
  });
});
