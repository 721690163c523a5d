import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { explanationAnswerSchema, policyChangeSchema } from '#contracts';
import type { BursarClient } from '#client';
import { buildWhereStale } from '../support/build.js';
import { EndToEnd } from '../support/end-to-end.js';
import { startInstance, type Instance } from '../support/instance.js';

let instance: Instance;
let world: EndToEnd;
beforeAll(async () => {
  buildWhereStale();
  instance = await startInstance();
  world = await EndToEnd.begin(instance);
}, 120_000);
afterAll(async () => {
  await world?.end();
  await instance?.stop();
  instance?.remove();
});

const payment = { agent_id: 'worker', service: 'search', amount: '0.40', capture: true };
const figuresOf = (rules: readonly { rule: string | null; limit?: string; spent?: string; passes: boolean }[]) =>
  rules.flatMap(({ rule, limit, spent, passes }) => (limit === undefined ? [] : [[rule, limit, spent, passes]]));

/** Another book in the same partition, whose events lie between those of the first. */
async function noiseIn(client: BursarClient): Promise<void> {
  await client.agents.create({ handle: 'noise' });
  for (let number = 0; number < 20; number++)
    await client.payments.authorize({ agent_id: 'noise', service: 'search', amount: '0.01', capture: true });
}

describe('A past decision', () => {
  it('D7 D17 F7: is explained with the figures of then after rules were changed, and after a restart', async () => {
    const organization = await world.organizations.open({ partition: 7 });
    const stranger = await world.organizations.open({ partition: 7 });
    const { client, token } = organization;
    await client.agents.create({ handle: 'worker', spending_cap: { amount: '1.00' }, daily_cap: '0.70' });
    const told = await client.payments.explain(payment);
    const paid = await client.payments.authorize(payment);
    const toldAgain = await client.payments.explain(payment);
    const refused = await client.payments.authorize(payment, { declines: 'return' });
    if (refused.status !== 'declined') throw new Error(refused.status);
    const version = (await client.agents.get('worker')).policy_version;
    expect([paid.policy_version, told.policy_version, refused.policy_version]).toEqual([version, version, version]);

    await noiseIn(stranger.client);
    await client.agents.patch('worker', { daily_cap: '9.00', lists: { deny: { services: ['search'] } } });
    await client.agents.freeze('worker', { reason: 'audit' });
    const now = await client.agents.get('worker');
    expect(now.policy_version).toBeGreaterThan(version);
    expect((await client.payments.explain(payment)).policy_version).toBe(now.policy_version);

    const check = async (): Promise<void> => {
      const asked = await world.call('GET', `/v1/payments/${paid.payment_id}/explanation`, { token });
      expect(asked.status).toBe(200);
      const first = explanationAnswerSchema.parse(asked.json);
      expect(first).toMatchObject({
        payment_id: paid.payment_id,
        would: 'captured',
        policy_version: version,
        decided_at: paid.decided_at,
        position: paid.position,
        reproduced: true,
      });
      expect(figuresOf(first.rules)).toEqual(figuresOf(told.rules));
      const second = await world.client(token).payments.explanation(refused.payment_id!);
      expect(second).toMatchObject({ would: 'declined', reproduced: true, policy_version: version });
      expect(second.decline).toMatchObject({ code: 'window_limit_exceeded', limit: '0.7', remaining: '0.3' });
      expect(figuresOf(second.rules)).toEqual(figuresOf(toldAgain.rules));
    };
    await check();
    const others = await world.call('GET', `/v1/payments/${paid.payment_id}/explanation`, { token: stranger.token });
    expect([others.status, others.json['code']]).toEqual([404, 'payment_not_found']);

    const set = await world.call('GET', `/v1/policies/${version}`, { token });
    expect(policyChangeSchema.parse(set.json)).toMatchObject({
      type: 'agent.registered',
      scope: { kind: 'agent', id: now.agent_id },
      by: organization.key_id,
    });
    expect(await client.policies.get(now.policy_version)).toMatchObject({ rules: { status: 'frozen' } });

    const { dataDirectory } = instance;
    await world.end();
    await instance.stop();
    instance = await startInstance({ dataDirectory });
    world = await EndToEnd.begin(instance);
    await check();
    expect((await world.client(token).agents.get('worker')).policy_version).toBe(now.policy_version);
  }, 120_000);

  it('D16: one that an agent’s and a session’s token took is explained as one of theirs', async () => {
    const { client } = await world.organizations.open();
    const worker = await client.agents.create({ handle: 'worker' });
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    const elsewhere = await client.sessions.open({ budget: '1.00' });
    const agent = world.client(worker.token!);
    const paid = await agent.payments.pay({ service: 'search', amount: '0.10', session_id: session.session_id });
    const refused = await agent.payments.pay(
      { service: 'search', amount: '0.10', session_id: elsewhere.session_id },
      { declines: 'return' },
    );
    const bySession = await world.client(session.session_token!).payments.pay({ service: 'search', amount: '0.20' });
    for (const [payment_id, would] of [
      [paid.payment_id, 'captured'],
      [refused.payment_id!, 'declined'],
      [bySession.payment_id, 'captured'],
    ] as const)
      expect(await agent.payments.explanation(payment_id)).toMatchObject({ payment_id, would, reproduced: true });
  });
});
