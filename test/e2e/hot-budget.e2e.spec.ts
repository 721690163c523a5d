import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarClient, PaymentRequest } from '#client';
import { Agent, request } from 'node:http';
import { EndToEnd } from '../support/end-to-end.js';

const CLIENTS = 200;
const sockets = new Agent({ keepAlive: true, maxSockets: CLIENTS });
let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(async () => {
  sockets.destroy();
  await world?.end();
});

/** A budget of which all but `left` units is spent, and twenty agents who all want the rest. */
async function nearlyExhausted(left: bigint) {
  const organization = await world.organizations.open();
  const { client } = organization;
  const agents = await Promise.all(
    Array.from({ length: 20 }, (_, index) => client.agents.create({ handle: `agent-${index}` })),
  );
  const root = await client.sessions.open({ budget: '10.00' });
  const leaves = await Promise.all(
    Array.from({ length: 10 }, () => client.sessions.open({ budget: '10.00', parent_session_id: root.session_id })),
  );
  const first = { agent_id: 'agent-0', service: 'search', session_id: root.session_id, capture: true };
  await client.payments.authorize({ ...first, amount: usd(10_000_000n - left) });
  return { ...organization, root: root.session_id, leaves: leaves.map((one) => one.session_id), agents };
}

interface Answer {
  status: number;
  payment_id?: string;
  amount: bigint;
}

/** Over a connection of its own, as so many separate callers have. */
function post(token: string, body: PaymentRequest & { amount: string }): Promise<Answer> {
  const text = JSON.stringify(body);
  const { hostname, port } = new URL(world.instance.url);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...{ hostname, port, agent: sockets, method: 'POST', path: '/v1/payments' },
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
      },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (received += part));
        answer.on('end', () => {
          const { payment_id } = JSON.parse(received) as { payment_id?: string };
          resolve({ status: answer.statusCode ?? 0, payment_id, amount: units(body.amount) });
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

/** Whatever amounts were asked for: nothing above the budget, and what is left can be spent to the last unit. */
async function expectSpentToTheUnit(client: BursarClient, root: string): Promise<void> {
  const before = await client.sessions.get(root);
  const left = 10_000_000n - units(before.spent_exact) - units(before.held_exact);
  expect(units(before.remaining_exact)).toBe(left);
  expect(left).toBeGreaterThanOrEqual(0n);
  const payment = { agent_id: 'agent-1', service: 'search', session_id: root, capture: true };
  const above = await client.payments.authorize({ ...payment, amount: usd(left + 1n) }, { declines: 'return' });
  expect(above).toMatchObject({ status: 'declined', decline: { remaining: usd(left) } });
  if (left > 0n) await client.payments.authorize({ ...payment, amount: usd(left) });
  expect(await client.sessions.get(root)).toMatchObject({ remaining: 0 });
}

describe('Two hundred callers and more, and one nearly exhausted budget', () => {
  it('A1 B2: over HTTP never a unit over, none refused that fits, and none left unspendable', async () => {
    const { client, token, root, leaves } = await nearlyExhausted(CALLS_THAT_FIT);
    const one = (index: number) =>
      post(token, {
        agent_id: `agent-${index % 20}`,
        service: 'search',
        session_id: leaves[index % 10]!,
        amount: '0.000001',
        capture: index % 3 === 0,
      });
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, caller) => [
        await one(caller),
        await one(caller + 7),
        await one(caller + 13),
      ]),
    );
    const statuses = answers.flat().map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(Number(CALLS_THAT_FIT));
    expect(statuses.filter((status) => status === 402)).toHaveLength(3 * CLIENTS - Number(CALLS_THAT_FIT));
    expect(await client.sessions.get(root)).toMatchObject({ remaining: 0 });
  }, 60_000);

  it('A1 B1: mixed HTTP and bus with odd amounts, holds that are captured in part, voided or left', async () => {
    const { client, token, root, leaves, agents } = await nearlyExhausted(100_000n);
    const bus = await world.bus(token);
    let highest = 0n;
    const look = setInterval(
      () =>
        void client.sessions
          .get(root)
          .then((now) => (highest = max(highest, units(now.spent_exact) + units(now.held_exact)))),
      5,
    );
    const work = async (caller: number): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) {
        const index = caller * 3 + turn;
        const amount = usd(BigInt(1 + ((index * 7919) % 900)));
        const payment = { service: 'search', session_id: leaves[index % 10]!, amount, capture: index % 4 === 0 };
        const agent_id = agents[index % 20]!.agent_id;
        const answer =
          caller % 2 === 0
            ? await post(token, { ...payment, agent_id })
            : await bus.publish({ ...payment, agent_id }).then((answered) => ({
                status: answered.status === 'declined' ? 402 : 201,
                payment_id: answered.payment_id,
              }));
        expect([201, 402]).toContain(answer.status);
        if (answer.status !== 201 || payment.capture) continue;
        if (index % 3 === 0) await client.payments.capture(answer.payment_id!, { amount: '0.000001' });
        if (index % 3 === 1) await client.payments.void(answer.payment_id!);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, caller) => work(caller)));
    clearInterval(look);
    expect(highest).toBeGreaterThan(9_900_000n);
    expect(highest).toBeLessThanOrEqual(10_000_000n);
    await expectSpentToTheUnit(client, root);
  }, 60_000);

  it('H3: two hundred and fifty callers over HTTP and bus on one budget all get an answer, and the budget is no queue of one', async () => {
    const { client, token, root, leaves, agents } = await nearlyExhausted(9_000_000n);
    const bus = await world.bus(token);
    const payment = (index: number) => ({
      agent_id: agents[index % 20]!.agent_id,
      service: 'search',
      session_id: leaves[index % 10]!,
      amount: '0.000001',
      capture: true,
    });
    const work = async (caller: number): Promise<string[]> => {
      const statuses: string[] = [];
      for (let turn = 0; turn < 8; turn += 1)
        statuses.push(
          caller % 2 === 0
            ? `${(await post(token, payment(caller + turn))).status}`
            : (await bus.publish(payment(caller + turn))).status,
        );
      return statuses;
    };
    const begin = performance.now();
    const statuses = (await Promise.all(Array.from({ length: 250 }, (_, caller) => work(caller)))).flat();
    const perSecond = statuses.length / ((performance.now() - begin) / 1000);
    expect(statuses.filter((status) => status !== '201' && status !== 'captured')).toEqual([]);
    expect(await client.sessions.get(root)).toMatchObject({ spent_exact: usd(1_000_000n + 2_000n), held: 0 });
    // One decision for each round trip to the disk would be far below this, on any machine; `npm run bench` measures it.
    expect(perSecond).toBeGreaterThan(100);
  }, 60_000);

  it('A1: also against one cap of one agent, one wallet, and a cap per day', async () => {
    const { client, token } = await world.organizations.open({ initial_amount: 50n });
    const capped = { lifetime: 'lifetime_cap_exceeded', daily: 'window_limit_exceeded', broke: 'insufficient_funds' };
    await client.agents.create({ handle: 'lifetime', spending_cap: { amount: '0.000011' } });
    await client.agents.create({ handle: 'daily', daily_cap: '0.000017' });
    await client.agents.create({ handle: 'broke' });
    for (const [handle, passes] of [
      ['lifetime', 11],
      ['daily', 17],
      ['broke', 22],
    ] as const) {
      const body = { agent_id: handle, service: 'search', amount: '0.000001' };
      const answers = await Promise.all(Array.from({ length: CLIENTS }, () => post(token, body)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(passes);
      const refused = await client.payments.authorize(body, { declines: 'return' });
      expect(refused).toMatchObject({ status: 'declined', decline: { code: capped[handle], remaining: '0' } });
    }
  }, 60_000);
});

const CALLS_THAT_FIT = 137n;

function usd(amount: bigint): string {
  const digits = amount.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}

function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
