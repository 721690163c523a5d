import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('Approvals, over HTTP and bus', () => {
  it('A1 C1: a payment above a threshold waits on both ways, is held, and is captured when it is approved', async () => {
    const organization = await world.organizations.open();
    const { client } = organization;
    const agent = await client.agents.create({ handle: 'worker', approval_above: { amount: '1' } });
    expect(agent.approval_above).toMatchObject({ amount_exact: '1', currency: 'USD' });
    const bus = await world.bus(organization.token);
    const payment = { agent_id: agent.agent_id, service: 'search', capture: true };

    const first = await client.payments.authorize({ ...payment, amount: '1.5', idempotency_key: 'one' });
    expect(first).toMatchObject({ status: 'pending_approval', amount_held: '1.5', amount_captured: '0' });
    const second = await bus.publish({ ...payment, amount: '2', idempotency_key: 'two' });
    expect(second).toMatchObject({ status: 'pending_approval', amount_held: '2' });
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd: 0, held_usd: 3.5 });

    const waiting = [];
    for await (const approval of client.approvals.each({ limit: 1 })) waiting.push(approval.payment_id);
    expect(waiting).toEqual([first.payment_id, second.payment_id]);

    const decision = client.approvals.wait(first.approval_id!, 10_000);
    const step = await client.approvals.approve(first.approval_id!);
    expect(step).toMatchObject({ status: 'approved', payment_status: 'captured' });
    expect(await decision).toMatchObject({ status: 'approved' });
    const approvalOfSecond = (await client.payments.get(second.payment_id!)).approval_id!;
    await client.approvals.deny(approvalOfSecond, { explanation: 'too dear' });
    expect(await client.approvals.get(approvalOfSecond)).toMatchObject({ status: 'denied', explanation: 'too dear' });
    expect(await client.payments.get(first.payment_id)).toMatchObject({ status: 'captured', amount_captured: '1.5' });
    expect(await client.payments.get(second.payment_id!)).toMatchObject({ status: 'voided', amount_held: '0' });
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd: 1.5, held_usd: 0 });
    expect(await client.payments.authorize({ ...payment, amount: '1.5', idempotency_key: 'one' })).toEqual(first);
  });

  it('A1: a standing grant lets payments pass until it is used up, and the rest waits', async () => {
    const { client } = await world.organizations.open();
    await client.organization.patch({ approval_above: { amount: 0 } });
    await client.agents.create({ handle: 'worker' });
    const { grant_id } = await client.approvals.grants.create({ service: 'search', amount: '0.02', per: 'day' });
    const payment = { agent_id: 'worker', service: 'search', amount: '0.01', capture: true };
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.payments.authorize(payment)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...['captured', 'captured', 'pending_approval', 'pending_approval', 'pending_approval'],
    ]);
    const { grants } = await client.approvals.grants.list();
    expect(grants).toMatchObject([{ grant_id, agent: null, limit: { spent: 0.02, remaining: 0 } }]);
    await client.approvals.grants.revoke(grant_id);
    expect((await client.approvals.grants.list()).grants).toEqual([]);
  });

  it('E6 F2: a cap that was lowered meanwhile refuses the approval, and freezing the agent voids what waits', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'worker', approval_above: { amount: '1' }, daily_cap: '5' });
    const waiting = await client.payments.authorize({ agent_id: 'worker', service: 'search', amount: '3' });
    await client.agents.patch('worker', { daily_cap: '2' });
    const refused = await client.approvals.approve(waiting.approval_id!, { declines: 'return' });
    expect(refused).toMatchObject({ decline: { code: 'window_limit_exceeded', limit: '2', held: '0' } });
    expect((await client.approvals.get(waiting.approval_id!)).refusals).toHaveLength(1);
    await client.agents.freeze('worker');
    expect(await client.approvals.get(waiting.approval_id!)).toMatchObject({ status: 'voided' });
  });
});
