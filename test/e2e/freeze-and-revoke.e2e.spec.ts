import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarBus, BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

interface Person {
  id: string;
  revocation_id: string;
  /** By its own token. */
  client: BursarClient;
  bus: BursarBus;
  /** The status, or the code of the refusal. */
  payOverHttp(): Promise<string>;
  payOverBus(): Promise<string>;
}

/** A family in one org: `parent` with `child` and `grandchild`, and `sibling`; each with an open connection to the bus. */
async function family() {
  const { client, token } = await world.organizations.open();
  const orchestrator = await world.bus(token);
  const person = async (handle: string, parent_agent_id?: string): Promise<Person> => {
    const agent = await client.agents.create({ handle, ...(parent_agent_id ? { parent_agent_id } : {}) });
    const own = world.client(agent.token!);
    const bus = await world.bus(agent.token!);
    const payment = { service: 'search', amount: '0.01', capture: true };
    return {
      id: agent.agent_id,
      revocation_id: agent.revocation_id!,
      client: own,
      bus,
      payOverHttp: () =>
        own.payments.authorize(payment).then(
          ({ status }) => status,
          (error: { code: string; status: number }) => `${error.status} ${error.code}`,
        ),
      payOverBus: async () => outcome(await bus.publish(payment)),
    };
  };
  const parent = await person('parent');
  const child = await person('child', 'parent');
  const grandchild = await person('grandchild', 'child');
  const sibling = await person('sibling');
  /** By the org's key, for that agent, over the connection that stays open. */
  const payFor = async (agent: Person) =>
    outcome(await orchestrator.publish({ agent_id: agent.id, service: 'search', amount: '0.01', capture: true }));
  return { client, parent, child, grandchild, sibling, payFor };
}

function outcome(answer: Awaited<ReturnType<BursarBus['publish']>>): string {
  return answer.status === 'declined' ? answer.decline.code : answer.status;
}

describe('Freezing and revoking', () => {
  it('F1 F3: a revocation binds at once on HTTP and on open connections, for descendants too, and for nobody else', async () => {
    const { client, parent, child, grandchild, sibling, payFor } = await family();
    for (const one of [parent, child, grandchild, sibling]) {
      expect([await one.payOverHttp(), await one.payOverBus(), await payFor(one)]).toEqual([
        'captured',
        'captured',
        'captured',
      ]);
    }
    await client.agents.revoke(child.revocation_id);
    for (const one of [child, grandchild]) {
      expect(await one.payOverHttp()).toBe('401 credential_invalid');
      expect(await one.payOverBus()).toBe('credential_invalid');
      expect(await payFor(one)).toBe('agent_revoked');
      await expect(one.client.agents.spend(one.id)).rejects.toMatchObject({ status: 401 });
      await expect(one.client.events.page()).rejects.toMatchObject({ status: 401 });
    }
    for (const one of [parent, sibling]) {
      expect([await one.payOverHttp(), await one.payOverBus(), await payFor(one)]).toEqual([
        'captured',
        'captured',
        'captured',
      ]);
    }
  });

  it('F1: under load over both ways, nothing that is sent after the answer to the revocation is paid', async () => {
    const { client, parent } = await family();
    let revoked = false;
    const late: string[] = [];
    const load = Array.from({ length: 16 }, async (_, index) => {
      for (let stop = false; !stop;) {
        stop = revoked;
        const sentAfter = revoked;
        const answered = await (index % 2 === 0 ? parent.payOverHttp() : parent.payOverBus());
        if (sentAfter) late.push(answered);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.agents.revoke(parent.revocation_id);
    revoked = true;
    await Promise.all(load);
    expect(late.length).toBeGreaterThanOrEqual(16);
    expect(late.filter((answered) => !answered.includes('credential_invalid'))).toEqual([]);
  });

  it('F2: freezing voids undispatched holds at once; dispatched ones may still be captured', async () => {
    const { client, parent, child, sibling } = await family();
    const hold = (one: Person) => one.client.payments.authorize({ service: 'search', amount: '0.02' });
    const [own, below, gone, other] = [await hold(parent), await hold(child), await hold(child), await hold(sibling)];
    await client.payments.dispatch(gone.payment_id);
    await client.agents.freeze('parent', { reason: 'audit' });
    expect(await client.payments.get(own.payment_id)).toMatchObject({ status: 'voided', amount_held: '0' });
    expect(await client.payments.get(below.payment_id)).toMatchObject({ status: 'voided' });
    expect(await client.payments.get(other.payment_id)).toMatchObject({ status: 'authorized' });
    expect(await client.payments.capture(gone.payment_id, { amount: '0.02' })).toMatchObject({ status: 'captured' });
    await expect(client.payments.capture(below.payment_id, {})).rejects.toMatchObject({
      code: 'payment_not_capturable',
    });
  });

  it('F1 F3: a frozen agent pays nothing until it is unfrozen, nor do those below it', async () => {
    const { client, parent, child, sibling, payFor } = await family();
    await client.agents.freeze('parent', { reason: 'audit' });
    for (const one of [parent, child]) {
      expect([await one.payOverHttp(), await one.payOverBus(), await payFor(one)]).toEqual([
        '403 agent_frozen',
        'agent_frozen',
        'agent_frozen',
      ]);
    }
    expect(await sibling.payOverHttp()).toBe('captured');
    expect(await client.agents.get('parent')).toMatchObject({ status: 'frozen', status_reason: 'audit' });
    await client.agents.unfreeze('parent');
    expect([await parent.payOverHttp(), await child.payOverBus()]).toEqual(['captured', 'captured']);
  });

  it('F4: a rotated token works at once, the one before it until the overlap ends', async () => {
    const { client, sibling } = await family();
    const rotated = (await client.agents.rotateToken('sibling', { overlap_seconds: 1 })) as unknown as {
      token: string;
    };
    const renewed = world.client(rotated.token);
    const payment = { service: 'search', amount: '0.01' };
    expect(await renewed.payments.authorize(payment)).toMatchObject({ status: 'authorized' });
    expect(await sibling.payOverHttp()).toBe('captured');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await sibling.payOverHttp()).toBe('401 credential_invalid');
    expect(await renewed.payments.authorize(payment)).toMatchObject({ status: 'authorized' });
  });

  it('F1 F6: an org key that is revoked stops on HTTP and on its open connection, other keys go on', async () => {
    const { client, sibling } = await family();
    const issued = await client.keys.issue({ role: 'orchestrator', name: 'old' });
    const holder = world.client(issued.token!);
    const bus = await world.bus(issued.token!);
    const payment = { agent_id: sibling.id, service: 'search', amount: '0.01' };
    expect(outcome(await bus.publish(payment))).toBe('authorized');
    await client.keys.revoke(issued.key_id);
    await expect(holder.payments.authorize(payment)).rejects.toMatchObject({ status: 401 });
    expect(outcome(await bus.publish(payment))).toBe('credential_invalid');
    expect(await client.payments.authorize(payment)).toMatchObject({ status: 'authorized' });
  });

  it('D9: the handle of a revoked agent makes a clean identity, and the old history stays', async () => {
    const { client, parent } = await family();
    await parent.payOverHttp();
    await client.agents.revoke(parent.revocation_id);
    const again = await client.agents.create({ handle: 'parent', spending_cap: { amount: '1.00' } });
    expect(again.agent_id).not.toBe(parent.id);
    expect(await client.agents.spend('parent')).toMatchObject({ agent_id: again.agent_id, spent_usd: 0 });
    expect(await client.agents.spend(parent.id)).toMatchObject({ spent_usd: 0.01 });
    expect(await parent.payOverHttp()).toBe('401 credential_invalid');
  });

  it('D9: what was spent stays in reports, lists and figures after the agent and its key are gone and its limits changed', async () => {
    const { client, parent, sibling } = await family();
    const issued = await client.keys.issue({ role: 'orchestrator', name: 'old' });
    const paid = await world
      .client(issued.token!)
      .payments.pay({ agent_id: parent.id, service: 'search', amount: '0.07', label: 'goal' });
    await client.agents.patch(parent.id, { limits: [{ of: 'amount', per: 'minute', max: 1 }] });
    await client.agents.patch(parent.id, { limits: [] });
    await client.keys.revoke(issued.key_id);
    await client.agents.revoke(parent.revocation_id);
    await client.agents.create({ handle: 'parent' });
    expect(await client.payments.get(paid.payment_id)).toMatchObject({ payer: { agent_id: parent.id } });
    await sibling.payOverHttp();
    const after = Number((await client.events.page()).position.split(':')[1]);
    let report = await client.reports.spend({ group_by: 'agent' });
    while (Number(report.position.split(':')[1]) < after) report = await client.reports.spend({ group_by: 'agent' });
    expect(report.rows).toContainEqual(
      expect.objectContaining({ agent_id: parent.id, handle: 'parent', spent: '0.07', payments: 1 }),
    );
    expect((await client.payments.list({ agent: parent.id })).payments).toHaveLength(1);
  });

  it('F1: only org keys with the role revoke or unfreeze; nobody else changes anything', async () => {
    const { client, parent, sibling } = await family();
    await expect(sibling.client.agents.revoke(parent.revocation_id)).rejects.toMatchObject({ status: 403 });
    await expect(parent.client.agents.revoke(parent.revocation_id)).rejects.toMatchObject({ status: 403 });
    await expect(parent.client.agents.freeze('sibling', {})).rejects.toMatchObject({ status: 403 });
    const finance = world.client((await client.keys.issue({ role: 'finance', name: 'books' })).token!);
    await expect(finance.agents.revoke(parent.revocation_id)).rejects.toMatchObject({ code: 'role_not_allowed' });
    await expect(finance.payments.authorize({ agent_id: 'parent', service: 's', amount: 1 })).rejects.toMatchObject({
      status: 403,
    });
    expect(await parent.payOverHttp()).toBe('captured');
  });
});
