import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runWork } from '../examples/orchestrator.js';
import { startInstance, type Instance } from '../../../test/support/instance.js';
import { BursarBus, BursarClient, DeclinedError, RefusedError, type LogEvent } from './index.js';

// Everything real: `npm start` on servers of its own.
let instance: Instance;
let client: BursarClient;
beforeAll(async () => {
  instance = await startInstance();
  client = new BursarClient({ url: instance.url, token: instance.adminKey });
});
afterAll(async () => {
  await instance.stop();
  instance.remove();
});

// A test that fails half-way leaves its connection behind, which would wait for a Bursar that has gone.
const connections: BursarBus[] = [];
afterEach(async () => {
  for (const bus of connections.splice(0)) await bus.close();
});
async function connect(token: string): Promise<BursarBus> {
  const bus = await BursarBus.connect({ url: instance.natsUrl, token });
  connections.push(bus);
  return bus;
}

async function payer(handle: string, cap: string): Promise<{ id: string; token: string }> {
  const made = await client.agents.create({ handle, spending_cap: { amount: cap } });
  return { id: made.agent_id, token: made.token! };
}

describe('the client against a real Bursar', () => {
  it('runs the example of the README', async () => {
    const printed: string[] = [];
    const { url, natsUrl, adminKey: key } = instance;
    expect(await runWork({ url, natsUrl, key, print: (line) => void printed.push(line) })).toBe('0');
    expect(printed).toEqual([
      expect.stringMatching(/^per_payment_limit_exceeded: limit 0\.5, requested 0\.6\. /),
      '92 paid, then the budget was used up',
    ]);
  });

  it('makes every call of its areas', async () => {
    const { id } = await payer('walker', '10');
    await client.agents.create({ handle: 'shop' });
    expect(await client.agents.patch('walker', { daily_cap: '5' })).toMatchObject({ daily_cap_exact: '5' });
    const parent = await client.sessions.open({ budget: '3', agent_id: 'walker' });
    const child = await client.sessions.open({ budget: '1', parent_session_id: parent.session_id, mode: 'reserved' });
    expect(await client.sessions.patch(parent.session_id, { budget: '4' })).toMatchObject({ budget_exact: '4' });

    const hold = await client.payments.authorize({ payee: 'shop', amount: '0.5', session_id: parent.session_id });
    expect(await client.payments.capture(hold.payment_id, { amount: '0.2' })).toMatchObject({ amount_moved: '0.2' });
    expect(await client.payments.refund(hold.payment_id, { amount: '0.1', reason: 'half of it' })).toMatchObject({
      amount_refunded: '0.1',
    });
    const released = await client.payments.authorize({ service: 'search', amount: '0.5', agent_id: 'walker' });
    expect(await client.payments.void(released.payment_id)).toMatchObject({ status: 'voided' });
    const outside = await client.payments.authorize({ service: 'search', amount: '0.3', agent_id: 'walker' });
    await client.payments.dispatch(outside.payment_id);
    expect(await client.payments.get(outside.payment_id)).toMatchObject({ dispatched: true });
    await client.payments.capture(outside.payment_id);
    const keyed = { payee: 'shop', amount: '0.25', agent_id: 'walker', idempotency_key: 'mine' };
    const first = await client.payments.pay(keyed);
    expect(await client.payments.pay(keyed)).toEqual(first);
    expect(await client.payments.byKey('mine', id)).toMatchObject({ payment_id: first.payment_id });
    await expect(client.payments.pay({ ...keyed, amount: '0.26' })).rejects.toMatchObject({
      code: 'idempotency_key_conflict',
    });

    expect(await client.sessions.get(parent.session_id)).toMatchObject({
      spent_exact: '0.1',
      children: [{ session_id: child.session_id, remaining_exact: '1' }],
    });
    expect(await client.agents.spend('walker')).toMatchObject({ spent_usd_exact: '0.65', cap_usd_exact: '10' });
    expect(await client.sessions.close(parent.session_id)).toMatchObject({ status: 'closed' });

    const wallets = await collect(client.wallets.each());
    const treasury = wallets.find(({ owner }) => owner.kind === 'organization')!;
    await client.topups.create({ wallet_id: treasury.wallet_id, amount: '7', reference: 'invoice 7' });
    await client.topups.create({ wallet_id: treasury.wallet_id, amount: '7', reference: 'invoice 7' });
    const after = (await collect(client.wallets.each())).find(({ wallet_id }) => wallet_id === treasury.wallet_id)!;
    expect(Number(after.available) - Number(treasury.available)).toBeCloseTo(7, 6);

    const report = await eventually(
      () => client.reports.spend({ group_by: 'agent', agent: 'walker' }),
      ({ rows }) => rows[0]?.spent === '0.65',
    );
    expect(report.rows).toEqual([expect.objectContaining({ handle: 'walker', spent: '0.65', refunded: '0.1' })]);
    const listed = await collect(client.payments.each({ agent: 'walker', limit: 2, order: 'oldest_first' }));
    expect(listed.map(({ status }) => status)).toEqual(['refunded', 'voided', 'captured', 'captured']);
    expect(await client.integrity()).toMatchObject({ status: 'whole' });
    expect(await client.health()).toMatchObject({ status: 'ok' });

    const { key_id, token } = await client.keys.issue({ role: 'finance', name: 'month end' });
    const finance = new BursarClient({ url: instance.url, token: token! });
    await expect(finance.payments.pay({ payee: 'shop', amount: '0.01' })).rejects.toBeInstanceOf(DeclinedError);
    await client.keys.revoke(key_id);
    await expect(finance.wallets.list()).rejects.toMatchObject({ status: 401 });
  });

  it('F1: has its token refused after a revocation, and a new one after a rotation', async () => {
    const { token } = await payer('short-lived', '1');
    const own = new BursarClient({ url: instance.url, token });
    const { token: rotated } = await client.agents.rotateToken('short-lived', { overlap_seconds: 0 });
    await expect(own.agents.get('short-lived')).rejects.toBeInstanceOf(RefusedError);
    const again = new BursarClient({ url: instance.url, token: rotated! });
    const { revocation_id } = await again.agents.get('short-lived');
    await client.agents.revoke(revocation_id!);
    await expect(again.agents.get('short-lived')).rejects.toMatchObject({ status: 401 });
  });

  it('C1: decides an intent once, whichever way and however often it comes', async () => {
    const { id, token } = await payer('doubtful', '10');
    const bus = await connect(token);
    const intent = { payee: 'shop', amount: '0.5', capture: true, idempotency_key: 'once' };
    const [one, two] = await Promise.all([bus.publish(intent), bus.publish(intent)]);
    expect(two).toEqual(one);
    const overHttp = await client.payments.pay({ ...intent, agent_id: id });
    expect(overHttp).toMatchObject({ payment_id: (one as { payment_id: string }).payment_id });
    expect(await client.agents.spend(id)).toMatchObject({ spent_usd_exact: '0.5' });
  });

  it('A1: passes exactly what a cap allows of a thousand intents at once', async () => {
    const { id, token } = await payer('eager', '1');
    const bus = await connect(token);
    const intents = Array.from({ length: 1_000 }, () => ({ payee: 'shop', amount: '0.003', capture: true }));
    const settled = await bus.publishMany(intents, { concurrency: 500 });
    const statuses = settled.map((each) => (each.status === 'fulfilled' ? each.value.status : 'unanswered'));
    expect(statuses.filter((status) => status === 'captured')).toHaveLength(333);
    expect(statuses.filter((status) => status === 'declined')).toHaveLength(667);
    expect(await client.agents.spend(id)).toMatchObject({ spent_usd_exact: '0.999', held_usd_exact: '0' });
  });

  it('follows the feed, and catches up over HTTP from where it left off', async () => {
    const { id, token } = await payer('watched', '10');
    const bus = await connect(token);
    const heard: LogEvent[] = [];
    // What has just happened, as the agent's registration, may still be on its way.
    const following = await bus.follow(undefined, (event) => {
      if (event.type.startsWith('payment.')) heard.push(event);
    });
    await bus.publish({ payee: 'shop', amount: '0.1', capture: true });
    await eventually(
      () => Promise.resolve(heard),
      (events) => events.length === 1,
    );
    following.stop();
    await bus.publish({ payee: 'shop', amount: '0.2', capture: true });
    const missed = await collect(
      new BursarClient({ url: instance.url, token }).events.each({ cursor: heard[0]!.position }),
    );
    expect(heard[0]).toMatchObject({ type: 'payment.transferred', event: { amount: '100000' } });
    expect(missed).toEqual([expect.objectContaining({ event: expect.objectContaining({ amount: '200000' }) })]);
    const [same] = await collect(client.events.each({ cursor: previous(heard[0]!.position), limit: 1 }));
    expect(same).toEqual(heard[0]);
    expect(missed[0]!.event).toMatchObject({ payer: { agent_id: id } });
  });
});

function previous(position: string): string {
  const [partition, number] = position.split(':');
  return `${partition}:${Number(number) - 1}`;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function eventually<Value>(ask: () => Promise<Value>, until: (value: Value) => boolean): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    const value = await ask();
    if (until(value) || attempt === 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
