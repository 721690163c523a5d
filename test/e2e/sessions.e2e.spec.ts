import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** A chain of sessions, each with a budget above the one above it: only the root's is scarce. */
async function chainOf(depth: number) {
  const { client } = await world.organizations.open();
  const agent = await client.agents.create({ handle: 'worker' });
  const chain = [(await client.sessions.open({ budget: '1.00' })).session_id];
  for (let level = 1; level < depth; level += 1) {
    const parent_session_id = chain.at(-1)!;
    chain.push((await client.sessions.open({ budget: `${level + 1}.00`, parent_session_id })).session_id);
  }
  return { client, agent, chain };
}

describe('A tree of sessions over HTTP', () => {
  it('A4: children with budgets above the parent together spend at most what the parent has', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'worker' });
    const root = await client.sessions.open({ budget: '1.00', label: 'root' });
    const children = await Promise.all(
      ['0.60', '0.60', '0.60'].map((budget) => client.sessions.open({ budget, parent_session_id: root.session_id })),
    );
    const pay = (session_id: string, amount: string) =>
      client.payments.authorize(
        { agent_id: 'worker', service: 'search', session_id, amount, capture: true },
        { declines: 'return' },
      );
    expect(await pay(children[0]!.session_id, '0.6')).toMatchObject({ status: 'captured' });
    expect(await pay(children[0]!.session_id, '0.000001')).toMatchObject({
      decline: { code: 'session_budget_exceeded', status: 402, scope: { id: children[0]!.session_id }, remaining: '0' },
    });
    expect(await pay(children[1]!.session_id, '0.400001')).toMatchObject({
      decline: { code: 'session_budget_exceeded', scope: { kind: 'session', id: root.session_id }, remaining: '0.4' },
    });
    expect(await pay(children[1]!.session_id, '0.4')).toMatchObject({ status: 'captured' });
    expect(await client.sessions.get(root.session_id)).toMatchObject({
      spent_exact: '1',
      remaining: 0,
      children: [{ spent_exact: '0.6' }, { spent_exact: '0.4' }, { spent_exact: '0' }],
    });
  });

  it('A3: a refusal by the root of a chain of 12 leaves no hold at any level, and names the root', async () => {
    const { client, chain } = await chainOf(12);
    const leaf = chain.at(-1)!;
    const refused = await client.payments.authorize(
      { agent_id: 'worker', service: 'search', session_id: leaf, amount: '1.000001' },
      { declines: 'return' },
    );
    expect(refused).toMatchObject({ status: 'declined', decline: { scope: { kind: 'session', id: chain[0] } } });
    for (const id of chain) expect(await client.sessions.get(id)).toMatchObject({ spent: 0, held: 0 });
  });

  it('B1: a hold counts at every level until it is captured in part, and the rest comes back', async () => {
    const { client, chain } = await chainOf(5);
    const payment = { agent_id: 'worker', service: 'search', session_id: chain.at(-1)!, amount: '0.80' };
    const hold = await client.payments.authorize(payment);
    for (const id of chain) expect(await client.sessions.get(id)).toMatchObject({ held_exact: '0.8', spent: 0 });
    await client.payments.capture(hold.payment_id, { amount: '0.25' });
    for (const id of chain) expect(await client.sessions.get(id)).toMatchObject({ held: 0, spent_exact: '0.25' });
    expect(await client.payments.authorize({ ...payment, amount: '0.75', capture: true })).toMatchObject({
      status: 'captured',
    });
  });

  it('F5: closing a session releases what is held below it, and nothing passes any more', async () => {
    const { client, chain } = await chainOf(3);
    const payment = { agent_id: 'worker', service: 'search', session_id: chain[2]!, amount: '0.30' };
    const hold = await client.payments.authorize(payment);
    await client.sessions.close(chain[1]!);
    expect(await client.payments.get(hold.payment_id)).toMatchObject({ status: 'voided', amount_held: '0' });
    expect(await client.payments.authorize(payment, { declines: 'return' })).toMatchObject({
      decline: { code: 'session_closed', status: 409 },
    });
    expect(await client.sessions.get(chain[0]!)).toMatchObject({ status: 'open', held: 0, remaining: 1 });
    expect(await client.payments.authorize({ ...payment, session_id: chain[0]! })).toMatchObject({
      status: 'authorized',
    });
  });

  it('A4: a reserved child is charged to its parent once, and gives back what it did not use', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'worker' });
    const root = await client.sessions.open({ budget: '1.00' });
    const reserved = await client.sessions.open({
      budget: '0.70',
      parent_session_id: root.session_id,
      mode: 'reserved',
    });
    expect(await client.sessions.get(root.session_id)).toMatchObject({ remaining_exact: '0.3' });
    const more = { budget: '0.31', parent_session_id: root.session_id, mode: 'reserved' as const };
    expect(await client.sessions.open(more, { declines: 'return' })).toMatchObject({
      decline: { code: 'reserved_budget_not_available' },
    });
    const payment = { agent_id: 'worker', service: 'search', session_id: reserved.session_id, capture: true };
    await client.payments.authorize({ ...payment, amount: '0.20' });
    expect(await client.sessions.get(root.session_id)).toMatchObject({ remaining_exact: '0.3' });
    await client.sessions.close(reserved.session_id);
    expect(await client.sessions.get(root.session_id)).toMatchObject({ remaining_exact: '0.8', spent_exact: '0.2' });
    expect(await client.sessions.get(reserved.session_id)).toMatchObject({
      status: 'closed',
      budget_exact: '0.7',
      spent_exact: '0.2',
      remaining_exact: '0',
    });
  });

  it('F5: of payments in a race with a close and a revocation of the key, none has an effect after the close; reads still work', async () => {
    const { client } = await world.organizations.open();
    const worker = await client.agents.create({ handle: 'worker' });
    const other = await client.keys.issue({ role: 'orchestrator', name: 'other' });
    const root = await client.sessions.open({ budget: '1.00' });
    const leaf = await client.sessions.open({ budget: '1.00', agent_id: 'worker', parent_session_id: root.session_id });
    const callers = [
      client,
      world.client(other.token!),
      world.client(worker.token!),
      world.client(leaf.session_token!),
    ];
    const pay = (index: number) =>
      callers[index % 4]!.payments.authorize({
        service: 'search',
        session_id: leaf.session_id,
        amount: '0.001',
        capture: index % 8 < 4,
      }).then(
        ({ position }) => ({ position, code: 'passed' }),
        (error: { code: string }) => ({ position: '', code: error.code }),
      );
    const early = Array.from({ length: 100 }, (_, index) => pay(index));
    const [closed, outcomes] = await Promise.all([
      client.sessions.close(root.session_id),
      Promise.all([...early, client.keys.revoke(other.key_id).then(() => ({ position: '', code: 'revoked' }))]),
    ]);
    const placed = (position: string) => Number(position.split(':')[1]);
    for (const { code, position } of outcomes) {
      expect(['passed', 'session_closed', 'credential_invalid', 'revoked']).toContain(code);
      if (code === 'passed') expect(placed(position)).toBeLessThan(placed(closed.position));
    }
    const late = await Promise.all(Array.from({ length: 20 }, (_, index) => pay(index)));
    expect(new Set(late.map(({ code }) => code))).toEqual(new Set(['session_closed', 'credential_invalid']));
    const captured = outcomes.filter(({ code }, index) => code === 'passed' && index % 8 < 4).length;
    expect(await client.sessions.get(root.session_id)).toMatchObject({
      status: 'closed',
      held: 0,
      spent: captured / 1000,
    });
    expect(await world.client(leaf.session_token!).sessions.get(leaf.session_id)).toMatchObject({ status: 'closed' });
  });

  it('D6 C1: the holder of a session token finds what became of its payments, by key too, also in sessions below', async () => {
    const { client } = await chainOf(1);
    const root = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    const below = await client.sessions.open({
      budget: '1.00',
      agent_id: 'worker',
      parent_session_id: root.session_id,
    });
    const beside = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    const token = root.session_token!;
    const holder = world.client(token);
    for (const [idempotency_key, session_id] of [
      ['own', root.session_id],
      ['below', below.session_id],
    ] as const) {
      const paid = await holder.payments.pay({ service: 'search', amount: '0.10', session_id }, { idempotency_key });
      const found = await world.call('GET', `/v1/payments?idempotency_key=${idempotency_key}`, { token });
      expect(found).toMatchObject({ status: 200, json: { payment_id: paid.payment_id, status: 'captured' } });
      expect(await holder.payments.get(paid.payment_id)).toMatchObject({ session_id });
    }
    const other = { agent_id: 'worker', service: 'search', amount: '0.10', session_id: beside.session_id };
    const foreign = await client.payments.pay(other, { idempotency_key: 'beside' });
    expect(await world.call('GET', '/v1/payments?idempotency_key=beside', { token })).toMatchObject({ status: 404 });
    await expect(holder.payments.get(foreign.payment_id)).rejects.toMatchObject({ status: 404 });
  });

  it('D10: a session token narrows its holder to its own subtree', async () => {
    const { client, chain } = await chainOf(2);
    const root = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    const below = await client.sessions.open({
      budget: '1.00',
      agent_id: 'worker',
      parent_session_id: root.session_id,
    });
    const holder = world.client(root.session_token!);
    expect(await holder.payments.authorize({ service: 'search', amount: '0.10' })).toMatchObject({
      session_id: root.session_id,
      payer: { handle: 'worker' },
    });
    expect(
      await holder.payments.authorize({ service: 'search', amount: '0.10', session_id: below.session_id }),
    ).toMatchObject({ session_id: below.session_id });
    const outside = { service: 'search', amount: '0.10', session_id: chain[0]! };
    await expect(holder.payments.authorize(outside)).rejects.toMatchObject({ code: 'session_not_found' });
  });
});
